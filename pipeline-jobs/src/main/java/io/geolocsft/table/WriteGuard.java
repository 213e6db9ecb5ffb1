package io.geolocsft.table;

import java.io.IOException;

/** Asked before anything is put in its place: whether this process may. */
@FunctionalInterface
public interface WriteGuard {

  /** Everyone may. */
  WriteGuard NONE = () -> {};

  /** Throws if it may not. */
  void requireHeld() throws IOException;
}
