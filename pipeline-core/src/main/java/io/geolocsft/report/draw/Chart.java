package io.geolocsft.report.draw;

import com.google.common.collect.ObjectArrays;

/**
 * The frame of a chart, its grid lines and its labels, in pixels from the upper left corner.
 *
 * @param left where lines across begin
 * @param right where they end
 */
public record Chart(Markup markup, double width, double height, double left, double right) {

  /** The size of a label's letters where it is largest: in the narrow charts of a phone. */
  public static final double LARGEST_LETTERS = 17;

  /** Wider than any digit, which is what labels along an axis are made of. */
  private static final double WIDEST_DIGIT = 0.64;

  /**
   * Opens the chart; close it with {@link Markup#close} after drawing on it.
   *
   * @param named class and perhaps id, as attributes
   */
  public void open(String description, String... named) {
    markup.open(
        "svg",
        ObjectArrays.concat(
            named,
            new String[] {
              "viewBox",
              "0 0 %s %s".formatted(DisplayNumbers.px(width), DisplayNumbers.px(height)),
              "role",
              "img",
              "aria-label",
              description
            },
            String.class));
  }

  /** Pixels that a label of digits needs at most. */
  public static double widest(String label) {
    return label.length() * WIDEST_DIGIT * LARGEST_LETTERS;
  }

  /** A line across the whole chart. */
  public void across(double y) {
    line("grid", left, right, y, y);
  }

  /** A line from top to bottom that marks a value. */
  public void down(double x, double top, double bottom) {
    line("grid threshold", x, x, top, bottom);
  }

  private void line(String style, double x1, double x2, double y1, double y2) {
    markup.leaf(
        "line",
        "class",
        style,
        "x1",
        DisplayNumbers.px(x1),
        "x2",
        DisplayNumbers.px(x2),
        "y1",
        DisplayNumbers.px(y1),
        "y2",
        DisplayNumbers.px(y2));
  }

  /**
   * A label.
   *
   * @param anchor which end of the text lies at x: {@code start}, {@code middle} or {@code end}
   */
  public void label(String text, double x, double y, String anchor) {
    markup.element(
        "text",
        text,
        "class",
        "label",
        "x",
        DisplayNumbers.px(x),
        "y",
        DisplayNumbers.px(y),
        "text-anchor",
        anchor);
  }
}
