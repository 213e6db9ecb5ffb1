package io.geolocsft.prompt;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Writes degrees with a fixed number of decimals, rounded half to even, never as {@code -0}.
 *
 * @param decimals digits behind the decimal point, 0 to 8
 * @param step degrees to a multiple of which they are rounded first; 0 for none
 */
record Degrees(int decimals, int step) {

  Degrees {
    if (decimals < 0 || decimals > 8) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Coordinates take 0 to 8 decimals, not %d", decimals));
    }
    if (step < 0 || step > 90) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Coordinates are rounded to a step of 0 to 90 degrees, not %d", step));
    }
  }

  BigDecimal round(double degrees) {
    double rounded = step == 0 ? degrees : Math.rint(degrees / step) * step;
    return BigDecimal.valueOf(rounded).setScale(decimals, RoundingMode.HALF_EVEN);
  }

  String format(double degrees) {
    return round(degrees).toPlainString();
  }
}
