package io.geolocsft.evaluate;

/** A confidence interval, both ends included. */
public record Interval(double low, double high) {

  /** Whether there is an interval at all: without resamples both ends are NaN. */
  public boolean isKnown() {
    return low <= high;
  }

  /** Whether a value lies in the interval. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** Whether the two intervals have a value in common. */
  public boolean overlaps(Interval other) {
    return low <= other.high && other.low <= high;
  }
}
