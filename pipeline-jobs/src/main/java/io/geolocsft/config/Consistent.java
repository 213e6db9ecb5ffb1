package io.geolocsft.config;

/** Settings that make no sense together, or for what they stand for, although each is allowed. */
interface Consistent {

  /** Adds what is wrong. */
  void check(Contradictions found);
}
