package io.geolocsft.parity;

/**
 * A distance from golden values.
 *
 * @param place where it is, empty if that says nothing
 */
record Difference(double value, Yardstick yardstick, String place) {

  /** The one that is more yardsticks long; what is not a number is longer than anything. */
  Difference max(Difference other) {
    return Double.compare(yardsticks(), other.yardsticks()) >= 0 ? this : other;
  }

  private double yardsticks() {
    return value / yardstick.length();
  }

  /** The greatest absolute difference of two vectors. */
  static double greatest(float[] ours, float[] golden) {
    double greatest = 0;
    for (int i = 0; i < golden.length; i++) {
      greatest = Math.max(greatest, Math.abs((double) ours[i] - golden[i]));
    }
    return greatest;
  }

  /** The greatest absolute value of a vector. */
  static double scale(float[] values) {
    double greatest = 0;
    for (float value : values) {
      greatest = Math.max(greatest, Math.abs(value));
    }
    return greatest;
  }

  /** The mean absolute difference of two vectors. */
  static double mean(float[] values, float[] golden) {
    double sum = 0;
    for (int i = 0; i < golden.length; i++) {
      sum += Math.abs((double) values[i] - golden[i]);
    }
    return sum / golden.length;
  }

  /** Euclidean distance, relative to the golden vector's norm. */
  static double relative(float[] ours, float[] golden) {
    double distance = 0;
    double norm = 0;
    for (int i = 0; i < golden.length; i++) {
      distance += Math.pow((double) ours[i] - golden[i], 2);
      norm += Math.pow(golden[i], 2);
    }
    return distance == 0 ? 0 : Math.sqrt(distance / norm);
  }
}
