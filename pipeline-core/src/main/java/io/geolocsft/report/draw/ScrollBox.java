package io.geolocsft.report.draw;

/** What may be wider than the page: it scrolls by itself, and a shadow shows that there is more. */
public final class ScrollBox {

  private ScrollBox() {}

  /** Opens it; close it with {@link Markup#close}. */
  public static void open(Markup markup, String description) {
    markup.open(
        "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", description);
  }
}
