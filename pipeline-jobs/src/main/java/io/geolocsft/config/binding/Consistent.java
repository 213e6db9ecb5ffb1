package io.geolocsft.config.binding;

/** Settings that make no sense together, or for what they stand for, although each is allowed. */
public interface Consistent {

  /** Adds what is wrong. */
  void check(Contradictions found);
}
