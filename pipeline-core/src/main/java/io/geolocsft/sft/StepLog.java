package io.geolocsft.sft;

import java.io.IOException;

/** What a rank tells of its steps while it trains. */
@FunctionalInterface
public interface StepLog {

  /** Takes a step in, before any checkpoint counts it as done. */
  void append(StepReport step) throws IOException;

  /**
   * Makes all that was taken in durable, before a checkpoint.
   *
   * @return false if that was not possible now and another time may be better
   */
  default boolean flush() {
    return true;
  }
}
