/** What papers report of known benchmarks. */
package io.geolocsft.published;
