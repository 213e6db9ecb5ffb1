package io.geolocsft.report;

import io.geolocsft.evaluate.Figure;
import io.geolocsft.report.data.ReportData;
import io.geolocsft.report.data.RunFacts;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import java.util.List;
import java.util.Optional;

/** The page's head: its title, what came out in a few figures, and where to find the rest. */
final class Masthead {

  private Masthead() {}

  static void draw(Markup markup, ReportData data, List<Section> sections) {
    markup.open("header", "class", "masthead");
    topline(markup, "GeoLocSFT report");
    markup.element("h1", data.title());
    facts(markup, data.run());
    keyFigures(markup, new Figures(data.figures()));
    markup.open("nav", "aria-label", "Parts of this report").open("ol");
    for (Section section : sections) {
      markup.open("li").element("a", section.heading(), "href", "#" + section.id()).close();
    }
    markup.close().close().close();
  }

  /** What kind of page it is, and the switch of its theme. */
  static void topline(Markup markup, String kind) {
    markup.open("div", "class", "topline");
    markup.element("p", kind, "class", "kicker");
    markup.element(
        "button",
        "Theme",
        "type",
        "button",
        "id",
        "theme",
        "hidden",
        "",
        "aria-label",
        "Theme: switch between light and dark");
    markup.close();
  }

  private static void facts(Markup markup, RunFacts run) {
    markup.open("p", "class", "byline");
    run.facts().stream()
        .limit(4)
        .forEach(
            fact -> {
              markup.open("span").text(fact.label() + " ");
              markup.element("bdi", fact.value()).close();
            });
    markup.close();
  }

  private static void keyFigures(Markup markup, Figures figures) {
    if (figures.mainThreshold().isEmpty()) {
      return;
    }
    double km = figures.mainThreshold().getAsDouble();
    markup.open("div", "class", "keys");
    for (String benchmark : figures.benchmarks()) {
      markup.open("section", "class", "key");
      markup.element("h2", DisplayNames.words(benchmark));
      markup.open("dl");
      pair(
          markup,
          "within " + DisplayNumbers.threshold(km),
          figures.accuracy(benchmark, DisplayNames.BASE, Figures.WHOLE, km),
          figures.accuracy(benchmark, figures.trained(), Figures.WHOLE, km));
      for (String metric : List.of(Figures.MEDIAN, Figures.GEOSCORE)) {
        pair(
            markup,
            metric.equals(Figures.MEDIAN) ? "median error" : "mean GeoScore",
            figures.find(benchmark, DisplayNames.BASE, Figures.WHOLE, metric),
            figures.find(benchmark, figures.trained(), Figures.WHOLE, metric));
      }
      markup.close().close();
    }
    markup.close();
  }

  private static void pair(
      Markup markup, String label, Optional<Figure> base, Optional<Figure> trained) {
    Optional<Figure> shown = trained.or(() -> base);
    if (shown.isEmpty()) {
      return;
    }
    markup.open("div").element("dt", label).open("dd");
    markup.element(
        "strong", FigureText.value(shown.get()), "title", FigureText.spoken(shown.get()));
    if (base.isPresent() && trained.isPresent()) {
      markup.element(
          "span", "base " + FigureText.value(base.get()), "title", FigureText.spoken(base.get()));
    }
    markup.close().close();
  }
}
