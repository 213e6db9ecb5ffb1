/**
 * Geo-captions: texts that explain how an image tells where it was taken, asked of a model that
 * knows the place, or read from files.
 */
package io.geolocsft.caption;
