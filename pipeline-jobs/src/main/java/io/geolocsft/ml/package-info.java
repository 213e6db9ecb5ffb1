/**
 * The pipeline's parts as Spark ML stages, for a {@code Pipeline} beside MLlib's own: binning and
 * sampling, fine-tuning and answering, and a judge of the answers. Their params are the settings of
 * the configuration file, with the same defaults and the same allowed values.
 */
package io.geolocsft.ml;
