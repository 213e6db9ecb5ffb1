package io.geolocsft.report.draw;

import io.geolocsft.geo.GeoPoint;
import java.util.Locale;

/** Numbers as a reader wants them, the same in every locale. */
public final class DisplayNumbers {

  private static final String NARROW_SPACE = "\u202F";

  private DisplayNumbers() {}

  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A share in [0, 1] as a percentage with one decimal. */
  public static String percent(double share) {
    return fixed(share * 100, 1) + NARROW_SPACE + "%";
  }

  public static String kilometers(double km) {
    return (km < 10 ? fixed(km, 1) : fixed(km, 0)) + NARROW_SPACE + "km";
  }

  /** A threshold without needless decimals. */
  public static String threshold(double km) {
    return distance(km) + NARROW_SPACE + "km";
  }

  /** A distance without needless decimals, and without its unit. */
  public static String distance(double km) {
    return km == Math.rint(km) ? fixed(km, 0) : Double.toString(km);
  }

  /** With thousands separators; a true minus sign. */
  public static String fixed(double value, int decimals) {
    if (Double.isNaN(value)) {
      return "\u2013";
    }
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
    boolean zero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
    return zero ? text.replace("-", "") : text.replace('-', '\u2212');
  }

  /** With a plus sign where it grows. */
  public static String signed(double value, int decimals) {
    String text = fixed(value, decimals);
    return value > 0 && text.chars().anyMatch(c -> c >= '1' && c <= '9') ? "+" + text : text;
  }

  /** Seconds as 4.2 s, 3 min 05 s or 2 h 10 min. */
  public static String duration(double seconds) {
    if (seconds < 60) {
      return fixed(seconds, 1) + NARROW_SPACE + "s";
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  /** Degrees and hemisphere. */
  public static String point(GeoPoint point) {
    return "%s\u00B0%s, %s\u00B0%s"
        .formatted(
            fixed(Math.abs(point.latitude()), 2),
            point.latitude() < 0 ? "S" : "N",
            fixed(Math.abs(point.longitude()), 2),
            point.longitude() < 0 ? "W" : "E");
  }

  /** A coordinate of a drawing, to a tenth of a pixel. */
  public static String px(double value) {
    long tenths = Math.round(value * 10);
    return tenths % 10 == 0
        ? Long.toString(tenths / 10)
        : String.format(Locale.ROOT, "%.1f", tenths / 10.0);
  }
}
