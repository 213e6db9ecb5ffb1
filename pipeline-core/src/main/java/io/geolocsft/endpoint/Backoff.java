package io.geolocsft.endpoint;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait after failures: any time up to a bound that doubles with each, so that clients
 * that failed together do not come back together.
 *
 * @param first the bound after one failure
 * @param most the bound after many
 * @param random numbers in [0, 1)
 */
record Backoff(Duration first, Duration most, DoubleSupplier random) {

  private static final int MOST_DOUBLINGS = 30;

  /**
   * A wait.
   *
   * @param failures so far, at least 1
   */
  Duration after(int failures) {
    double bound =
        Math.min(
            most.toNanos(),
            first.toNanos() * Math.scalb(1.0, Math.min(failures - 1, MOST_DOUBLINGS)));
    return Duration.ofNanos((long) (random.getAsDouble() * bound));
  }
}
