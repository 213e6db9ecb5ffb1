package io.geolocsft.parity;

/**
 * How one output of a model compares with the golden one.
 *
 * @param output its name in the golden file
 * @param difference the greatest, NaN where nothing was compared
 * @param tolerance what is allowed
 * @param note where the difference is, or why there is none; may be empty
 */
public record Finding(
    String output, double difference, double tolerance, Verdict verdict, String note) {

  /** What a comparison says. */
  public enum Verdict {
    EQUAL,
    DIFFERENT,
    /** The golden file has no such output. */
    MISSING,
    NOT_COMPARED
  }

  static Finding of(String output, Difference difference, double tolerance) {
    // Not the other way round: a difference that is no number is none within the tolerance.
    boolean equal = difference.value() <= tolerance;
    return new Finding(
        output,
        difference.value(),
        tolerance,
        equal ? Verdict.EQUAL : Verdict.DIFFERENT,
        difference.place());
  }

  static Finding missing(String output, double tolerance) {
    return new Finding(output, Double.NaN, tolerance, Verdict.MISSING, "not in the golden file");
  }

  static Finding notCompared(String output, double tolerance, String reason) {
    return new Finding(output, Double.NaN, tolerance, Verdict.NOT_COMPARED, reason);
  }
}
