package io.geolocsft.report.draw;

/** A bar in a table's cell, drawn in parts from left to right. */
public final class TableBar {

  /** Of the whole drawing, which the cell stretches. */
  public static final double WIDTH = 400;

  private TableBar() {}

  /** Opens it; close it with {@link Markup#close}. */
  public static void open(Markup markup) {
    markup.open(
        "svg", "viewBox", "0 0 400 14", "preserveAspectRatio", "none", "aria-hidden", "true");
  }

  /**
   * Draws one part.
   *
   * @param style its class
   * @param from in [0, {@link #WIDTH}], as is {@code to}
   */
  public static void part(Markup markup, String style, double from, double to) {
    String x = DisplayNumbers.px(from);
    String width = DisplayNumbers.px(to - from);
    markup.leaf("rect", "class", style, "x", x, "y", "0", "height", "14", "width", width);
  }
}
