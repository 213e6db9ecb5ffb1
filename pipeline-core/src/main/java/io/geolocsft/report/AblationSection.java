package io.geolocsft.report;

import io.geolocsft.evaluate.Figure;
import io.geolocsft.report.data.Ablation;
import io.geolocsft.report.data.Variant;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.ScrollBox;
import java.util.Locale;
import java.util.Optional;

/** A table of each benchmark: the variants of the run, and what each gains over the first. */
record AblationSection(Ablation ablation) implements Section {

  private static final double LEAST_P = 0.001;

  @Override
  public String id() {
    return "ablation";
  }

  @Override
  public String heading() {
    return "Ablation";
  }

  @Override
  public boolean hasContent() {
    return !ablation.figures().isEmpty();
  }

  @Override
  public Optional<String> introduction() {
    return Optional.of(
        "Variants of the run, all else equal. The last column is the difference from the first variant, with McNemar\u2019s p-value, which takes every image by itself and is not corrected for the number of variants.");
  }

  @Override
  public void body(Markup markup) {
    Figures figures = new Figures(ablation.figures());
    for (String benchmark : figures.benchmarks()) {
      table(markup, figures, benchmark);
    }
  }

  private void table(Markup markup, Figures figures, String benchmark) {
    ScrollBox.open(markup, "Variants on " + benchmark);
    markup.open("table", "class", "results variants");
    markup.open("caption").element("strong", DisplayNames.words(benchmark)).close();
    markup.open("thead").open("tr").element("th", "Variant", "scope", "col");
    FigureCells cells = new FigureCells(figures);
    cells.head(markup);
    figures
        .mainThreshold()
        .ifPresent(
            km -> markup.element("th", "Gain, " + DisplayNumbers.threshold(km), "scope", "col"));
    markup.close().close().open("tbody");
    for (Variant variant : ablation.variants()) {
      markup.open("tr").open("th", "scope", "row");
      markup.text(DisplayNames.model(variant.name()));
      markup.element("small", variant.settings()).close();
      cells.row(markup, benchmark, variant.name());
      figures.mainThreshold().ifPresent(km -> gain(markup, figures, benchmark, variant, km));
      markup.close();
    }
    markup.close().close().close();
  }

  private void gain(Markup markup, Figures figures, String benchmark, Variant variant, double km) {
    String difference = variant.name() + "_minus_" + ablation.variants().get(0).name();
    Optional<Figure> figure = figures.accuracy(benchmark, difference, Figures.WHOLE, km);
    markup.open("td");
    if (figure.isEmpty()) {
      markup.text("\u2013");
    } else {
      markup.text(FigureText.value(figure.get()));
      figure.get().pValue().ifPresent(p -> markup.element("small", p(p)));
    }
    markup.close();
  }

  private static String p(double value) {
    return value < LEAST_P ? "p < 0.001" : String.format(Locale.ROOT, "p = %.3f", value);
  }
}
