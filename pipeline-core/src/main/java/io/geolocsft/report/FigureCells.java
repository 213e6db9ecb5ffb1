package io.geolocsft.report;

import io.geolocsft.evaluate.Figure;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import java.util.List;
import java.util.Optional;

/** The columns of accuracy, errors, score and missing answers, of a table with a row a model. */
record FigureCells(Figures figures) {

  /** Columns behind those of the accuracies. */
  static final int AFTER_ACCURACIES = 4;

  /** Cells of the head. */
  void head(Markup markup) {
    for (double km : figures.thresholds()) {
      markup.element("th", DisplayNumbers.threshold(km), "scope", "col");
    }
    for (String column : List.of("Median error", "Mean error", "GeoScore", "No answer")) {
      markup.element("th", column, "scope", "col");
    }
  }

  /** Cells of a model's figures on a benchmark. */
  void row(Markup markup, String benchmark, String model) {
    for (double km : figures.thresholds()) {
      cell(markup, figures.accuracy(benchmark, model, Figures.WHOLE, km));
    }
    for (String metric : List.of(Figures.MEDIAN, Figures.MEAN, Figures.GEOSCORE, Figures.MISSING)) {
      cell(markup, figures.find(benchmark, model, Figures.WHOLE, metric));
    }
  }

  /** A figure with its interval; a dash where there is none. */
  static void cell(Markup markup, Optional<Figure> figure) {
    markup.open("td");
    if (figure.isEmpty()) {
      markup.text("\u2013");
    } else {
      markup.text(FigureText.value(figure.get()));
      markup.element("small", FigureText.interval(figure.get()));
    }
    markup.close();
  }
}
