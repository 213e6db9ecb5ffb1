package io.geolocsft.stage.evaluate;

import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The figures of whole benchmarks as a table for a terminal. */
record ResultText(List<Figure> figures, Convention convention) {

  String text() {
    return figures.stream()
        .map(Figure::benchmark)
        .distinct()
        .map(this::benchmark)
        .collect(Collectors.joining("\n"));
  }

  private String benchmark(String benchmark) {
    List<String> lines = new ArrayList<>();
    lines.add(line(benchmark, columns()));
    figures.stream()
        .filter(figure -> figure.benchmark().equals(benchmark))
        .map(Figure::model)
        .distinct()
        .forEach(model -> lines.add(line("  " + model, values(benchmark, model))));
    return String.join("\n", lines) + "\n";
  }

  private List<String> columns() {
    List<String> columns =
        new ArrayList<>(
            convention.thresholdsKm().stream().map(km -> "%s km".formatted(plain(km))).toList());
    columns.addAll(List.of("median km", "mean km", "GeoScore", "missing"));
    return columns;
  }

  private List<String> values(String benchmark, String model) {
    List<String> values = new ArrayList<>();
    for (double km : convention.thresholdsKm()) {
      values.add(value(benchmark, model, "accuracy", OptionalDouble.of(km), 100, "%.1f %%"));
    }
    for (String metric : List.of("median_error_km", "mean_error_km", "mean_geoscore")) {
      values.add(value(benchmark, model, metric, OptionalDouble.empty(), 1, "%.0f"));
    }
    values.add(value(benchmark, model, "missing_share", OptionalDouble.empty(), 100, "%.1f %%"));
    return values;
  }

  private String value(
      String benchmark,
      String model,
      String metric,
      OptionalDouble thresholdKm,
      double factor,
      String format) {
    return figures.stream()
        .filter(figure -> figure.convention().equals(convention.name()))
        .filter(figure -> figure.slice().equals(Slice.ALL))
        .filter(figure -> figure.benchmark().equals(benchmark) && figure.model().equals(model))
        .filter(figure -> figure.metric().equals(metric))
        .filter(figure -> figure.thresholdKm().equals(thresholdKm))
        .findFirst()
        .map(figure -> String.format(Locale.ROOT, format, figure.value() * factor))
        .orElse("-");
  }

  private static String line(String name, List<String> values) {
    return "%-26s".formatted(name)
        + values.stream().map(value -> "%11s".formatted(value)).collect(Collectors.joining());
  }

  private static String plain(double km) {
    return km == Math.rint(km) ? Long.toString((long) km) : Double.toString(km);
  }
}
