package io.geolocsft.report;

import static java.util.stream.Collectors.joining;

import io.geolocsft.aggregate.Reliability;
import io.geolocsft.report.data.CalibratedModel;
import io.geolocsft.report.draw.Chart;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.Scale;
import io.geolocsft.report.draw.ScrollBox;
import java.util.List;
import java.util.Optional;

/** How often the radii around answers hold the truth, as a curve and as a table. */
record CalibrationSection(List<CalibratedModel> models, Figures figures) implements Section {

  private static final double WIDTH = 520;
  private static final double HEIGHT = 316;
  private static final double LEFT = 56;
  private static final double RIGHT = 490;
  private static final double TOP = 14;
  private static final double BOTTOM = 264;
  private static final List<Integer> STATED = List.of(50, 90);

  @Override
  public String id() {
    return "calibration";
  }

  @Override
  public String heading() {
    return "Calibration";
  }

  @Override
  public boolean hasContent() {
    return !models.isEmpty();
  }

  @Override
  public Optional<String> introduction() {
    int images = models.get(0).levels().stream().mapToInt(Reliability::images).max().orElse(0);
    return Optional.of(
        "Radii around answers that are to hold the truth in 50 and 90\u202F%% of cases, found with %s images of the catalogue that were not selected. The curve is their cross-validation; the table shows whether they hold for the benchmarks."
            .formatted(DisplayNumbers.count(images)));
  }

  @Override
  public void body(Markup markup) {
    markup.open("div", "class", "pair charts").open("figure");
    chart(markup);
    markup.element(
        "figcaption",
        "Share of the catalogue\u2019s images whose radius holds the truth, by the share that is stated. On the diagonal both agree.");
    markup.close();
    table(markup);
    markup.close();
  }

  private void chart(Markup markup) {
    Scale x = Scale.linear(0, 1, LEFT, RIGHT);
    Scale y = Scale.linear(0, 1, BOTTOM, TOP);
    Chart chart = new Chart(markup, WIDTH, HEIGHT, LEFT, RIGHT);
    chart.open(description(), "class", "chart");
    for (int percent = 0; percent <= 100; percent += 25) {
      double share = percent / 100.0;
      chart.across(y.at(share));
      chart.label(percent + "%", LEFT - 6, y.at(share) + 4, "end");
      chart.label(percent + "%", x.at(share), BOTTOM + 22, "middle");
    }
    chart.label("stated", (LEFT + RIGHT) / 2, BOTTOM + 42, "middle");
    markup.leaf(
        "path",
        "class",
        "grid threshold diagonal",
        "d",
        "M%s %sL%s %s".formatted(x.px(0), y.px(0), x.px(1), y.px(1)));
    for (CalibratedModel model : models) {
      markup.leaf(
          "path",
          "class",
          "curve " + DisplayNames.mark(model.model()),
          "d",
          model.levels().stream()
              .map(level -> x.px(level.stated()) + " " + y.px(level.held()))
              .collect(joining("L", "M", "")));
    }
    markup.close();
  }

  private String description() {
    return models.stream()
        .map(
            model ->
                DisplayNames.model(model.model())
                    + model.levels().stream()
                        .map(
                            level ->
                                " %s held where %s are stated"
                                    .formatted(
                                        DisplayNumbers.percent(level.held()),
                                        DisplayNumbers.percent(level.stated())))
                        .collect(joining(",")))
        .collect(joining("; ", "Reliability of radii: ", "."));
  }

  private void table(Markup markup) {
    ScrollBox.open(markup, "How often radii hold the truth");
    markup.open("table", "class", "results");
    markup.open("thead").open("tr").element("th", "Held", "scope", "col");
    STATED.forEach(percent -> markup.element("th", percent + "\u202F% stated", "scope", "col"));
    markup.close().close().open("tbody");
    for (CalibratedModel model : models) {
      row(markup, model.model(), "catalogue");
      STATED.forEach(percent -> markup.element("td", held(model, percent)));
      markup.close();
      for (String benchmark : figures.benchmarks()) {
        row(markup, model.model(), benchmark);
        STATED.forEach(
            percent ->
                FigureCells.cell(
                    markup,
                    figures.find(
                        benchmark,
                        model.model(),
                        Figures.WHOLE,
                        "radius_" + percent + Figures.COVERAGE)));
        markup.close();
      }
    }
    markup.close().close().close();
  }

  private static void row(Markup markup, String model, String images) {
    markup.open("tr", "class", DisplayNames.mark(model)).open("th", "scope", "row");
    markup.element("span", "", "class", "swatch", "aria-hidden", "true");
    markup.text(DisplayNames.model(model) + ", " + images.replace('_', ' ')).close();
  }

  private static String held(CalibratedModel model, int percent) {
    return model.levels().stream()
        .filter(level -> Math.round(100 * level.stated()) == percent)
        .map(level -> DisplayNumbers.percent(level.held()))
        .findFirst()
        .orElse("\u2013");
  }
}
