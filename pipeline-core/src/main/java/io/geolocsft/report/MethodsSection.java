package io.geolocsft.report;

import io.geolocsft.report.draw.Markup;
import java.util.List;

/** How things were measured. */
record MethodsSection(List<String> notes) implements Section {

  @Override
  public String id() {
    return "methods";
  }

  @Override
  public String heading() {
    return "How it was measured";
  }

  @Override
  public boolean hasContent() {
    return !notes.isEmpty();
  }

  @Override
  public void body(Markup markup) {
    markup.open("ul", "class", "notes");
    notes.forEach(note -> markup.element("li", note));
    markup.close();
    markup.element(
        "p",
        "Maps: Equal Earth projection, outlines from Natural Earth (public domain).",
        "class",
        "credit");
  }
}
