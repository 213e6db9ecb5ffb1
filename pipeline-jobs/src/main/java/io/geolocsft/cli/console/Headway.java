package io.geolocsft.cli.console;

import java.time.Duration;
import java.util.Locale;

/** How far a piece of work is, in words. Safe to use from several threads. */
final class Headway {

  private final long total;
  private final String unit;
  private final Pace pace;
  private volatile String said = "";

  /**
   * @param total units in all; -1 if that is unknown
   * @param unit what is counted, in the plural
   */
  Headway(long total, String unit) {
    this.total = total;
    this.unit = unit;
    this.pace = new Pace(total);
  }

  void found(long units) {
    pace.found(units);
  }

  void reached(long units, Duration at) {
    pace.reached(units, at);
  }

  void says(String text) {
    said = ", " + text;
  }

  /** What is done of the total, in [0, 1]; 0 if that is unknown. */
  double share() {
    return total <= 0 ? 0 : Math.min(1, (double) pace.done() / total);
  }

  /** As {@code 1,200 of 4,800 images, 240.0/s, 15 s left}. */
  String text(Duration now) {
    return format("%,d", pace.done())
        + (total < 0 ? " " : format(" of %,d ", total))
        + unit
        + format(", %.1f/s", pace.rate(now))
        + pace.left(now).map(left -> ", " + text(left.toSeconds()) + " left").orElse("")
        + said;
  }

  private static String text(long seconds) {
    if (seconds < 120) {
      return format("%d s", seconds);
    }
    return seconds < 7200
        ? format("%d min", Math.round(seconds / 60.0))
        : format("%d h %02d min", seconds / 3600, seconds % 3600 / 60);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
