package io.geolocsft.report;

import static java.util.stream.Collectors.joining;

import io.geolocsft.evaluate.Figure;
import io.geolocsft.published.PublishedResult;
import io.geolocsft.published.PublishedResults;
import io.geolocsft.report.data.AnswerSet;
import io.geolocsft.report.data.ErrorCounts;
import io.geolocsft.report.draw.Chart;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.Scale;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The share of a benchmark's images answered within a distance, for every distance and model, with
 * the intervals at the thresholds of accuracy.
 */
record ErrorCurve(String benchmark, List<AnswerSet> answers, Figures figures) {

  private static final double WIDTH = 520;
  private static final double HEIGHT = 316;
  private static final double LEFT = 56;
  private static final double RIGHT = 508;
  private static final double TOP = 14;
  private static final double BOTTOM = 264;
  private static final double FARTHEST_KM = 20_015;

  /** Least pixels between two labels. */
  private static final double GAP = 6;

  void draw(Markup markup) {
    Scale x = Scale.logarithmic(nearest(), FARTHEST_KM, LEFT, RIGHT);
    Scale y = Scale.linear(0, 1, BOTTOM, TOP);
    Chart chart = new Chart(markup, WIDTH, HEIGHT, LEFT, RIGHT);
    chart.open(description(), "class", "chart");
    axes(chart, x, y);
    published(markup, x, y);
    // The run's own models come first in the order and are drawn last, on top.
    List<AnswerSet> drawn =
        answers.stream()
            .sorted(Comparator.comparing(AnswerSet::model, DisplayNames.MODELS.reversed()))
            .toList();
    drawn.forEach(set -> markup.leaf("path", "class", line(set), "d", curve(set, x, y)));
    drawn.forEach(set -> intervals(markup, set.model(), x, y));
    markup.close();
  }

  private String description() {
    return "Share of the images of %s within a distance, by model. %s"
        .formatted(
            benchmark,
            figures.mainThreshold().isEmpty()
                ? ""
                : figures.models(benchmark).stream()
                    .flatMap(model -> atMainThreshold(model).stream())
                    .map(
                        figure ->
                            "%s: %s within %s"
                                .formatted(
                                    DisplayNames.model(figure.model()),
                                    DisplayNumbers.percent(figure.value()),
                                    DisplayNumbers.threshold(figure.thresholdKm().orElseThrow())))
                    .collect(joining("; ", "", ".")));
  }

  private Optional<Figure> atMainThreshold(String model) {
    return figures.accuracy(benchmark, model, Figures.WHOLE, figures.mainThreshold().orElseThrow());
  }

  private static String line(AnswerSet set) {
    return "curve " + DisplayNames.mark(set.model());
  }

  private void axes(Chart chart, Scale x, Scale y) {
    for (int percent = 0; percent <= 100; percent += 25) {
      double at = y.at(percent / 100.0);
      chart.across(at);
      chart.label(percent + "%", LEFT - 6, at + 4, "end");
    }
    double free = Double.NEGATIVE_INFINITY;
    for (double km : figures.thresholds()) {
      chart.down(x.at(km), TOP, BOTTOM);
      String label = DisplayNumbers.distance(km);
      double half = Chart.widest(label) / 2;
      // Where two would run into one another the farther one has its line alone.
      if (x.at(km) - half >= free) {
        chart.label(label, x.at(km), BOTTOM + 22, "middle");
        free = x.at(km) + half + GAP;
      }
    }
    chart.label("km between answer and truth", (LEFT + RIGHT) / 2, BOTTOM + 42, "middle");
  }

  /**
   * The smallest threshold, or if it is less a power of ten in [1, 100] that leaves out at most the
   * nearest 2 % of the answers.
   */
  private double nearest() {
    long answered = answers.stream().mapToLong(set -> set.errors().answered()).sum();
    double power =
        Stream.of(100.0, 10.0).filter(km -> within(km) <= answered / 50).findFirst().orElse(1.0);
    return Math.min(figures.thresholds().stream().findFirst().orElse(1.0), power);
  }

  private long within(double km) {
    return answers.stream().mapToLong(set -> set.errors().within().floorEntry(km).getValue()).sum();
  }

  private static String curve(AnswerSet set, Scale x, Scale y) {
    ErrorCounts errors = set.errors();
    double images = Math.max(1, errors.images());
    return errors.within().tailMap(x.low(), true).entrySet().stream()
        .map(entry -> x.px(entry.getKey()) + " " + y.px(entry.getValue() / images))
        .collect(joining("L", "M", ""));
  }

  /** Of whatever method, as its paper says it: a thin line that has its name. */
  private void published(Markup markup, Scale x, Scale y) {
    for (PublishedResult result : PublishedResults.of(benchmark)) {
      markup.open("g", "class", "published");
      markup.element("title", result.method() + ", published");
      markup.leaf(
          "path",
          "d",
          result.accuracy().entrySet().stream()
              .map(entry -> x.px(entry.getKey()) + " " + y.px(entry.getValue()))
              .collect(joining("L", "M", "")));
      markup.close();
    }
  }

  private void intervals(Markup markup, String model, Scale x, Scale y) {
    Stream<Figure> accuracies =
        figures.thresholds().stream()
            .flatMap(km -> figures.accuracy(benchmark, model, Figures.WHOLE, km).stream());
    accuracies.forEach(
        figure -> {
          String at = x.px(figure.thresholdKm().orElseThrow());
          markup.open("g", "class", "point " + DisplayNames.mark(model));
          markup.element("title", FigureText.spoken(figure));
          if (figure.interval().isKnown()) {
            markup.leaf(
                "line",
                "x1",
                at,
                "x2",
                at,
                "y1",
                y.px(figure.interval().low()),
                "y2",
                y.px(figure.interval().high()));
          }
          markup.leaf("circle", "cx", at, "cy", y.px(figure.value()), "r", "3.5");
          markup.close();
        });
  }
}
