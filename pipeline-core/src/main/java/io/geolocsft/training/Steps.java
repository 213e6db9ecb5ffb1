package io.geolocsft.training;

import java.io.IOException;
import java.util.OptionalDouble;

/** The steps of one kind of training on one rank. */
public interface Steps extends AutoCloseable {

  int count();

  /** Moves the tensors under training. Each step follows the one before it. */
  void run(int step, PhaseClock clock) throws IOException;

  /** What is to fall on the held-out examples, the same bits on every rank. */
  double heldOutLoss() throws IOException;

  /**
   * Tells of a step, before any checkpoint counts it as done.
   *
   * @param heldOutLoss after the step, where it was looked at
   * @param clock seconds by phase, a checkpoint before the step included
   */
  void log(int step, OptionalDouble heldOutLoss, PhaseClock clock) throws IOException;

  /**
   * Makes all that was told durable.
   *
   * @return false if that was not possible now and another time may be better
   */
  boolean flush();

  @Override
  void close();
}
