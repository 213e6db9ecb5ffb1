package io.geolocsft.parity;

/**
 * How far rounding alone moves an output: what two computations by transformers of the same output
 * lie apart, as the golden file says, but at least the last place that float32 has for the output's
 * greatest value.
 *
 * @param length in the output's own unit
 * @param allowed how many yardsticks another implementation may be away
 */
record Yardstick(double length, double allowed) {

  /**
   * Another implementation rounds as much as transformers does but in other places: measured, two
   * sound ones are up to four yardsticks apart, and the least of many wrong ones was 48.
   */
  static final double ALLOWED = 8;

  /** Of an output whose differences are counted. */
  static final Yardstick EXACT = new Yardstick(Double.NaN, 0);

  /** Relative distance of neighbouring numbers in float32, at most. */
  private static final double LAST_PLACE = 0x1p-23;

  /**
   * The yardstick of an output in float32.
   *
   * @param measured what the golden file says
   * @param scale the output's greatest absolute value
   */
  static Yardstick of(double measured, double scale) {
    double rounding = Math.max(measured, LAST_PLACE * scale);
    return new Yardstick(Math.max(rounding, Float.MIN_NORMAL), ALLOWED);
  }

  /** The greatest difference that is allowed. */
  double tolerance() {
    return allowed == 0 ? 0 : allowed * length;
  }
}
