package io.geolocsft.training;

import java.io.IOException;

/**
 * What a rank tells of its steps while it trains.
 *
 * @param <R> what it tells of one
 */
@FunctionalInterface
public interface StepLog<R> {

  /** Takes a step in, before any checkpoint counts it as done. */
  void append(R step) throws IOException;

  /**
   * Makes all that was taken in durable, before a checkpoint.
   *
   * @return false if that was not possible now and another time may be better
   */
  default boolean flush() {
    return true;
  }
}
