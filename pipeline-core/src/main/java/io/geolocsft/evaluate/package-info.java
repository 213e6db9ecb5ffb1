/** Named conventions, accuracy, errors, scores, intervals and slices of answered benchmarks. */
package io.geolocsft.evaluate;
