package io.geolocsft.report;

import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.published.PublishedResult;
import io.geolocsft.published.PublishedResults;
import io.geolocsft.report.data.AnswerSet;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.ScrollBox;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A table and a chart of each benchmark: the run's models and the references. */
record ResultsSection(Figures figures, List<AnswerSet> answers, Convention convention)
    implements Section {

  @Override
  public String id() {
    return "results";
  }

  @Override
  public String heading() {
    return "Results";
  }

  @Override
  public boolean hasContent() {
    return !figures.all().isEmpty();
  }

  @Override
  public Optional<String> introduction() {
    return Optional.of(
        "Share of images answered within each distance, errors and score. Small print is the bootstrap interval; every image counts, answered or not, unless the notes below say otherwise.");
  }

  @Override
  public void body(Markup markup) {
    for (String benchmark : figures.benchmarks()) {
      table(markup, benchmark);
    }
    if (!answers.isEmpty()) {
      charts(markup);
    }
  }

  private void table(Markup markup, String benchmark) {
    ScrollBox.open(markup, "Results on " + benchmark);
    markup.open("table", "class", "results");
    markup.open("caption").element("strong", DisplayNames.words(benchmark));
    images(benchmark).ifPresent(n -> markup.text(" " + DisplayNumbers.count(n) + " images"));
    markup.close();
    markup.open("thead").open("tr").element("th", "Model", "scope", "col");
    new FigureCells(figures).head(markup);
    markup.close().close().open("tbody");
    figures.models(benchmark).forEach(model -> row(markup, benchmark, model));
    figures.differences(benchmark).forEach(model -> row(markup, benchmark, model));
    PublishedResults.of(benchmark).forEach(result -> published(markup, result));
    markup.close().close().close();
  }

  private Optional<Long> images(String benchmark) {
    return figures.all().stream()
        .filter(figure -> figure.benchmark().equals(benchmark))
        .filter(figure -> figure.slice().toString().equals(Figures.WHOLE))
        .map(Figure::n)
        .findFirst();
  }

  private void row(Markup markup, String benchmark, String model) {
    markup.open(
        "tr", "class", DisplayNames.isDifference(model) ? "difference" : DisplayNames.mark(model));
    markup.open("th", "scope", "row").element("span", "", "class", "swatch", "aria-hidden", "true");
    markup.text(DisplayNames.model(model)).close();
    new FigureCells(figures).row(markup, benchmark, model);
    markup.close();
  }

  /** Marked with what makes it another measurement. */
  private void published(Markup markup, PublishedResult result) {
    String caveats =
        String.join("; ", result.caveats(convention, images(result.benchmark()).orElse(0L)));
    markup.open("tr", "class", "published").open("th", "scope", "row");
    markup.element("span", "", "class", "swatch", "aria-hidden", "true");
    markup.text(result.method() + ", published");
    markup.element("small", caveats).close();
    for (double km : figures.thresholds()) {
      OptionalDouble share = result.accuracy(km);
      markup.element(
          "td", share.isPresent() ? DisplayNumbers.percent(share.getAsDouble()) : "\u2013");
    }
    for (int i = 0; i < FigureCells.AFTER_ACCURACIES; i++) {
      markup.element("td", "\u2013");
    }
    markup.close();
  }

  private void charts(Markup markup) {
    legend(markup);
    markup.open("div", "class", "pair charts");
    for (String benchmark : answers.stream().map(AnswerSet::benchmark).distinct().toList()) {
      markup.open("figure");
      List<AnswerSet> own =
          answers.stream().filter(set -> set.benchmark().equals(benchmark)).toList();
      new ErrorCurve(benchmark, own, figures).draw(markup);
      markup.open("figcaption").element("strong", DisplayNames.words(benchmark));
      markup.text(" Share of images answered within a distance; bars are intervals.");
      markup.close().close();
    }
    markup.close();
  }

  private void legend(Markup markup) {
    markup.open("ul", "class", "legend", "aria-label", "Colours of the models");
    answers.stream()
        .map(AnswerSet::model)
        .distinct()
        .sorted(DisplayNames.MODELS)
        .forEach(
            model -> {
              markup.open("li", "class", DisplayNames.mark(model));
              markup.element("span", "", "class", "swatch", "aria-hidden", "true");
              markup.text(DisplayNames.model(model)).close();
            });
    if (answers.stream().anyMatch(set -> !PublishedResults.of(set.benchmark()).isEmpty())) {
      markup.open("li", "class", "published");
      markup.element("span", "", "class", "swatch", "aria-hidden", "true");
      markup.text("published").close();
    }
    markup.close();
  }
}
