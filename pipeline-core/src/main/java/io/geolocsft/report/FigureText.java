package io.geolocsft.report;

import io.geolocsft.evaluate.Figure;
import io.geolocsft.report.draw.DisplayNumbers;

/** A figure with its interval, in the unit of its metric. */
final class FigureText {

  private static final String EN_DASH = "\u2009\u2013\u2009";

  private FigureText() {}

  /** The value alone. */
  static String value(Figure figure) {
    return number(figure, figure.value(), unit(figure));
  }

  /** The interval, without the unit. */
  static String interval(Figure figure) {
    if (!figure.interval().isKnown()) {
      return "";
    }
    return number(figure, figure.interval().low(), "")
        + (DisplayNames.isDifference(figure.model()) ? " to " : EN_DASH)
        + number(figure, figure.interval().high(), "");
  }

  /** A sentence for a tool tip. */
  static String spoken(Figure figure) {
    String threshold =
        figure.thresholdKm().isPresent()
            ? " within " + DisplayNumbers.threshold(figure.thresholdKm().getAsDouble())
            : "";
    return "%s%s: %s%s, %s images"
        .formatted(
            DisplayNames.model(figure.model()),
            threshold,
            value(figure),
            figure.interval().isKnown() ? " (" + interval(figure) + ")" : "",
            DisplayNumbers.count(figure.n()));
  }

  private static String unit(Figure figure) {
    if (isShare(figure)) {
      // A difference of shares is in percentage points.
      return DisplayNames.isDifference(figure.model()) ? "\u202Fpp" : "\u202F%";
    }
    return figure.metric().endsWith("_km") ? "\u202Fkm" : "";
  }

  private static String number(Figure figure, double value, String unit) {
    double scaled = isShare(figure) ? value * 100 : value;
    int decimals = isShare(figure) ? 1 : 0;
    String text =
        DisplayNames.isDifference(figure.model())
            ? DisplayNumbers.signed(scaled, decimals)
            : DisplayNumbers.fixed(scaled, decimals);
    return text + unit;
  }

  private static boolean isShare(Figure figure) {
    return figure.metric().endsWith(Figures.ACCURACY)
        || figure.metric().endsWith("_share")
        || figure.metric().endsWith(Figures.COVERAGE);
  }
}
