package io.geolocsft.cli.judge;

import io.geolocsft.cli.console.TextTable;
import io.geolocsft.evaluate.Comparison;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.judge.JudgedFiles;
import io.geolocsft.published.PublishedResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The figures by one convention: a row a model, then the differences, then what is published.
 *
 * @param title of the table
 * @param header the names of the columns
 * @param rows of cells, each as many as the header has
 */
record FigureTable(String title, List<String> header, List<List<Cell>> rows) {

  /**
   * What stands in one place.
   *
   * @param interval and what else belongs below the value; may be empty
   */
  record Cell(String value, String interval, String pValue) {

    static Cell of(String text) {
      return new Cell(text, "", "");
    }
  }

  /**
   * A column.
   *
   * @param thresholdKm of accuracy
   * @param factor by which a value is shown
   */
  private record Measure(
      String label, String metric, OptionalDouble thresholdKm, double factor, String format) {

    boolean isOf(Figure figure) {
      return figure.metric().equals(metric) && figure.thresholdKm().equals(thresholdKm);
    }

    String text(double value) {
      String text = String.format(Locale.ROOT, format, value * factor);
      return text.matches("-0(\\.0+)?") ? text.substring(1) : text;
    }
  }

  /** One for each convention. */
  static List<FigureTable> of(JudgedFiles judged, List<PublishedResult> published) {
    return judged.conventions().stream()
        .map(convention -> of(judged, convention, published))
        .toList();
  }

  private static FigureTable of(
      JudgedFiles judged, Convention convention, List<PublishedResult> published) {
    List<Figure> figures =
        judged.figures().stream()
            .filter(figure -> figure.convention().equals(convention.name()))
            .toList();
    List<Measure> measures =
        measures(convention).stream()
            .filter(measure -> figures.stream().anyMatch(measure::isOf))
            .toList();
    List<List<Cell>> rows = new ArrayList<>();
    figures.stream()
        .map(Figure::model)
        .distinct()
        .forEach(model -> rows.add(row(model, figures, measures, !published.isEmpty())));
    published.forEach(
        result -> rows.add(row(result, measures, result.caveats(convention, judged.images()))));
    Stream<String> last = published.isEmpty() ? Stream.empty() : Stream.of("remarks");
    return new FigureTable(
        String.format(
            Locale.ROOT,
            "%s, %d images, convention %s. %s",
            judged.benchmark(),
            judged.images(),
            convention.name(),
            convention.describe()),
        Stream.of(Stream.of("model"), measures.stream().map(Measure::label), last)
            .flatMap(each -> each)
            .toList(),
        rows);
  }

  private static List<Measure> measures(Convention convention) {
    String sign = convention.comparison() == Comparison.LESS ? "<" : "<=";
    List<Measure> measures = new ArrayList<>();
    for (double km : convention.thresholdsKm()) {
      measures.add(
          new Measure(
              "%s %s km, %%".formatted(sign, plain(km)),
              "accuracy",
              OptionalDouble.of(km),
              100,
              "%.1f"));
    }
    measures.add(measure("median km", "median_error_km", 1, "%.1f"));
    measures.add(measure("mean km", "mean_error_km", 1, "%.1f"));
    measures.add(measure("GeoScore", "mean_geoscore", 1, "%.0f"));
    measures.add(measure("country, %", "country_accuracy", 100, "%.1f"));
    measures.add(measure("province, %", "admin1_accuracy", 100, "%.1f"));
    measures.add(measure("missing, %", "missing_share", 100, "%.1f"));
    measures.add(measure("unread, %", "parse_failure_share", 100, "%.1f"));
    measures.add(measure("refused, %", "refusal_share", 100, "%.1f"));
    return measures;
  }

  private static Measure measure(String label, String metric, double factor, String format) {
    return new Measure(label, metric, OptionalDouble.empty(), factor, format);
  }

  private static String plain(double km) {
    return km == Math.rint(km) ? Long.toString((long) km) : Double.toString(km);
  }

  private static List<Cell> row(
      String model, List<Figure> figures, List<Measure> measures, boolean hasRemarks) {
    List<Cell> cells = new ArrayList<>(List.of(Cell.of(model)));
    for (Measure measure : measures) {
      Optional<Figure> figure =
          figures.stream()
              .filter(each -> each.model().equals(model) && measure.isOf(each))
              .findFirst();
      cells.add(figure.map(found -> cell(found, measure)).orElse(Cell.of("-")));
    }
    if (hasRemarks) {
      cells.add(Cell.of(""));
    }
    return cells;
  }

  private static Cell cell(Figure figure, Measure measure) {
    return new Cell(
        measure.text(figure.value()),
        figure.interval().isKnown()
            ? measure.text(figure.interval().low())
                + " to "
                + measure.text(figure.interval().high())
            : "",
        figure.pValue().isPresent() ? pValue(figure.pValue().getAsDouble()) : "");
  }

  private static String pValue(double value) {
    return value < 1e-4 ? "p < 0.0001" : String.format(Locale.ROOT, "p = %.4f", value);
  }

  private static List<Cell> row(
      PublishedResult result, List<Measure> measures, List<String> caveats) {
    List<Cell> cells = new ArrayList<>();
    cells.add(Cell.of(result.method() + " (published)"));
    for (Measure measure : measures) {
      OptionalDouble share =
          measure.thresholdKm().isPresent()
              ? result.accuracy(measure.thresholdKm().getAsDouble())
              : OptionalDouble.empty();
      cells.add(Cell.of(share.isPresent() ? measure.text(share.getAsDouble()) : "-"));
    }
    cells.add(Cell.of(String.join("; ", caveats)));
    return cells;
  }

  /** For a terminal: intervals and p-values below their values. */
  String text() {
    List<List<String>> lines = new ArrayList<>();
    for (List<Cell> row : rows) {
      lines.add(row.stream().map(Cell::value).toList());
      for (List<String> below :
          List.of(
              row.stream().map(Cell::interval).toList(), row.stream().map(Cell::pValue).toList())) {
        if (below.stream().anyMatch(text -> !text.isEmpty())) {
          lines.add(below);
        }
      }
    }
    return String.join(System.lineSeparator(), title, new TextTable(header, lines).text(), "");
  }

  /** As GitHub reads it: intervals and p-values in brackets. */
  String markdown() {
    List<String> lines = new ArrayList<>(List.of(escaped(title), "", line(header)));
    lines.add(line(header.stream().map(unused -> "---").toList()));
    rows.forEach(row -> lines.add(line(row.stream().map(FigureTable::markdown).toList())));
    lines.add("");
    return String.join(System.lineSeparator(), lines);
  }

  private static String markdown(Cell cell) {
    String brackets =
        Stream.of(cell.interval(), cell.pValue())
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining("; "));
    return brackets.isEmpty() ? cell.value() : "%s (%s)".formatted(cell.value(), brackets);
  }

  private static String line(List<String> cells) {
    return cells.stream().map(FigureTable::escaped).collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*");
  }
}
