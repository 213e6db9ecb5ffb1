package io.geolocsft.report;

import io.geolocsft.report.draw.Markup;
import java.util.Optional;

/** One part of the page, with its heading. */
interface Section {
  String id();

  String heading();

  /** Whether there is anything to show; if not, the page does not mention it. */
  boolean hasContent();

  /** A sentence under the heading. */
  default Optional<String> introduction() {
    return Optional.empty();
  }

  void body(Markup markup);

  default void draw(Markup markup) {
    markup.open("section", "id", id(), "aria-labelledby", id() + "-heading");
    markup.element("h2", heading(), "id", id() + "-heading");
    introduction().ifPresent(text -> markup.element("p", text, "class", "intro"));
    body(markup);
    markup.close();
  }
}
