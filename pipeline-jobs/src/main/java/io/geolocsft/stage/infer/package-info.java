/** Stage {@code infer}: what the models answer for the benchmarks. */
package io.geolocsft.stage.infer;
