/**
 * Images before the model: bounded decoding, EXIF, the exact Gemma 3 resize, perceptual hash,
 * quality measures.
 */
package io.geolocsft.image;
