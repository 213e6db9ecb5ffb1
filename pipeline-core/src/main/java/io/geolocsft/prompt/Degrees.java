package io.geolocsft.prompt;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Writes degrees with a fixed number of decimals, rounded half to even, never as {@code -0}.
 *
 * @param decimals digits behind the decimal point, 0 to 8
 */
record Degrees(int decimals) {

  Degrees {
    if (decimals < 0 || decimals > 8) {
      throw new IllegalArgumentException(
          "Coordinates take 0 to 8 decimals, not %d".formatted(decimals));
    }
  }

  BigDecimal round(double degrees) {
    return BigDecimal.valueOf(degrees).setScale(decimals, RoundingMode.HALF_EVEN);
  }

  String format(double degrees) {
    return round(degrees).toPlainString();
  }
}
