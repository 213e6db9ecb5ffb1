/** Sums of vectors over the ranks of a run: a ring of authenticated TCP connections. */
package io.geolocsft.ring;
