package io.geolocsft.parity;

/**
 * How one output of a model compares with the golden one.
 *
 * @param output its name in the golden file
 * @param difference the greatest in yardsticks, in the output's unit; NaN where nothing was
 *     compared
 * @param yardstick how far rounding alone moves the output, in its unit; NaN where differences are
 *     counted or nothing was compared
 * @param allowed how many yardsticks the difference may be; 0 where differences are counted
 * @param note where the difference is, or why there is none; may be empty
 */
public record Finding(
    String output,
    double difference,
    double yardstick,
    double allowed,
    Verdict verdict,
    String note) {

  /** What a comparison says. */
  public enum Verdict {
    EQUAL,
    DIFFERENT,
    /** The golden file has no such output, and need not have it. */
    ABSENT,
    NOT_COMPARED
  }

  static Finding of(String output, Difference difference) {
    Yardstick yardstick = difference.yardstick();
    // Not the other way round: a difference that is not a number is none within the tolerance.
    boolean equal = difference.value() <= yardstick.tolerance();
    return new Finding(
        output,
        difference.value(),
        yardstick.length(),
        yardstick.allowed(),
        equal ? Verdict.EQUAL : Verdict.DIFFERENT,
        difference.place());
  }

  static Finding absent(String output, String reason) {
    return new Finding(output, Double.NaN, Double.NaN, Double.NaN, Verdict.ABSENT, reason);
  }

  static Finding notCompared(String output, String reason) {
    return new Finding(output, Double.NaN, Double.NaN, Double.NaN, Verdict.NOT_COMPARED, reason);
  }

  /** The difference in yardsticks; NaN where there are none. */
  public double yardsticks() {
    return difference / yardstick;
  }

  /** The greatest difference that is allowed; NaN where nothing was compared. */
  public double tolerance() {
    return allowed == 0 ? 0 : allowed * yardstick;
  }
}
