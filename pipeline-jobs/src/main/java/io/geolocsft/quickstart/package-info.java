/**
 * Makes the quickstart's input: a catalogue of geotagged images with the flaws of a real one, two
 * benchmarks and the base model's training tiles. The pipeline knows nothing of this package; it
 * only reads the folders written here.
 */
package io.geolocsft.quickstart;
