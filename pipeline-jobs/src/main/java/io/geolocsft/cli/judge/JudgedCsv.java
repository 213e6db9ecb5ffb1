package io.geolocsft.cli.judge;

import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Interval;
import io.geolocsft.judge.JudgedFiles;
import io.geolocsft.published.PublishedResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Figures as CSV (RFC 4180) with a header, the columns of the table {@code metrics}; what is not
 * known is empty. Rows whose {@code source} is not empty are published.
 */
final class JudgedCsv {

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader(
              "benchmark",
              "model",
              "convention",
              "metric",
              "threshold_km",
              "parse_status",
              "value",
              "ci_low",
              "ci_high",
              "n",
              "resampling",
              "p_value",
              "source")
          .get();

  private JudgedCsv() {}

  static void write(JudgedFiles judged, List<PublishedResult> published, PrintWriter out)
      throws IOException {
    CSVPrinter rows = new CSVPrinter(out, FORMAT);
    for (Figure figure : judged.figures()) {
      write(figure, rows);
    }
    for (PublishedResult result : published) {
      for (Map.Entry<Double, Double> share : result.accuracy().entrySet()) {
        rows.printRecord(
            result.benchmark(),
            result.method(),
            result.convention().orElse(null),
            "accuracy",
            share.getKey(),
            null,
            share.getValue(),
            null,
            null,
            result.images().isPresent() ? result.images().getAsLong() : null,
            null,
            null,
            result.paper().orElse("published"));
      }
    }
    rows.flush();
  }

  private static void write(Figure figure, CSVPrinter rows) throws IOException {
    Interval interval = figure.interval();
    rows.printRecord(
        figure.benchmark(),
        figure.model(),
        figure.convention(),
        figure.metric(),
        number(figure.thresholdKm()),
        figure.status().orElse(null),
        figure.value(),
        interval.isKnown() ? interval.low() : null,
        interval.isKnown() ? interval.high() : null,
        figure.n(),
        interval.isKnown() ? figure.resampling() : null,
        number(figure.pValue()),
        null);
  }

  private static Double number(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }
}
