package io.geolocsft.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One coordinate of a position (Exif 2.32, 4.6.6): an angle of one to three parts and the half of
 * the Earth that it counts in. What could be read in two ways is not read.
 *
 * @param parts degrees, minutes and seconds; each but the first may be missing
 * @param reference {@code N}, {@code South}; null if there is none
 */
record ExifAngle(double[] parts, String reference) {

  private static final int MINUTES = 60;
  private static final int SECONDS = 3600;

  /** The latitude in degrees, if it is clear. */
  OptionalDouble north() {
    return degrees("N", "NORTH", "S", "SOUTH");
  }

  /** The longitude in degrees, if it is clear. */
  OptionalDouble east() {
    return degrees("E", "EAST", "W", "WEST");
  }

  private OptionalDouble degrees(String plus, String plusWord, String minus, String minusWord) {
    String half = reference == null ? "" : reference.strip().toUpperCase(Locale.ROOT);
    boolean positive = half.equals(plus) || half.equals(plusWord);
    boolean negative = half.equals(minus) || half.equals(minusWord);
    double angle = angle();
    if (Double.isNaN(angle) || !positive && !negative) {
      return OptionalDouble.empty();
    }
    // Who writes a sign means it; the reference beside it is N or E for want of another, or agrees.
    return OptionalDouble.of(negative || isSigned() ? -angle : angle);
  }

  private boolean isSigned() {
    return Arrays.stream(parts).anyMatch(part -> part < 0);
  }

  /** Without its sign; NaN if it is not clear. */
  private double angle() {
    if (parts.length < 1 || parts.length > 3 || !hasOneSign()) {
      return Double.NaN;
    }
    double degrees = part(0);
    double minutes = part(1);
    double seconds = part(2);
    boolean twice =
        isFraction(degrees) && minutes + seconds > 0 || isFraction(minutes) && seconds > 0;
    // Sixty is what rounding makes of 59.9999.
    return twice || !(minutes <= 60) || !(seconds <= 60)
        ? Double.NaN
        : degrees + minutes / MINUTES + seconds / SECONDS;
  }

  /** All parts have it, or the first for all. */
  private boolean hasOneSign() {
    double first = parts[0];
    double[] rest = Arrays.copyOfRange(parts, 1, parts.length);
    return Arrays.stream(rest).allMatch(part -> part >= 0)
        || first <= 0 && Arrays.stream(rest).allMatch(part -> part <= 0);
  }

  private double part(int index) {
    return index < parts.length ? Math.abs(parts[index]) : 0;
  }

  private static boolean isFraction(double part) {
    return part != Math.rint(part);
  }
}
