/** Batched decoding: greedy and sampled candidates that share their prompt's keys and values. */
package io.geolocsft.generate;
