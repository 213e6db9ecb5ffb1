package io.geolocsft.report;

import io.geolocsft.evaluate.Figure;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The metrics, looked up by what they are about. */
record Figures(List<Figure> all) {

  static final String ACCURACY = "accuracy";
  static final String MEDIAN = "median_error_km";
  static final String MEAN = "mean_error_km";
  static final String GEOSCORE = "mean_geoscore";
  static final String MISSING = "missing_share";
  static final String COVERAGE = "_coverage";
  static final String WHOLE = "all";

  /** Benchmarks in the order in which they come. */
  List<String> benchmarks() {
    return all.stream().map(Figure::benchmark).distinct().toList();
  }

  /** Models of a benchmark, without the differences, in the order of {@link DisplayNames}. */
  List<String> models(String benchmark) {
    return all.stream()
        .filter(figure -> figure.benchmark().equals(benchmark))
        .map(Figure::model)
        .filter(model -> !DisplayNames.isDifference(model))
        .distinct()
        .sorted(DisplayNames.MODELS)
        .toList();
  }

  /** The model that training ended with. */
  String trained() {
    return DisplayNames.trained(all.stream().map(Figure::model));
  }

  /** Differences between models of a benchmark. */
  List<String> differences(String benchmark) {
    return all.stream()
        .filter(figure -> figure.benchmark().equals(benchmark))
        .map(Figure::model)
        .filter(DisplayNames::isDifference)
        .distinct()
        .toList();
  }

  /** Slices of a benchmark, without the whole. */
  List<String> slices(String benchmark) {
    return all.stream()
        .filter(figure -> figure.benchmark().equals(benchmark))
        .map(figure -> figure.slice().toString())
        .filter(slice -> !slice.equals(WHOLE))
        .distinct()
        .toList();
  }

  /** The thresholds of accuracy, in km, increasing. */
  List<Double> thresholds() {
    return all.stream()
        .filter(figure -> figure.metric().equals(ACCURACY))
        .flatMap(figure -> figure.thresholdKm().stream().boxed())
        .distinct()
        .sorted()
        .toList();
  }

  /** The threshold that stands for all where there is room for one: 750 km if it was measured. */
  OptionalDouble mainThreshold() {
    List<Double> thresholds = thresholds();
    if (thresholds.isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        thresholds.contains(750.0) ? 750 : thresholds.get(Math.max(0, thresholds.size() - 2)));
  }

  Optional<Figure> accuracy(String benchmark, String model, String slice, double km) {
    return named(benchmark, model, slice, ACCURACY)
        .filter(figure -> figure.thresholdKm().equals(OptionalDouble.of(km)))
        .findFirst();
  }

  Optional<Figure> find(String benchmark, String model, String slice, String metric) {
    return named(benchmark, model, slice, metric).findFirst();
  }

  private Stream<Figure> named(String benchmark, String model, String slice, String metric) {
    return all.stream()
        .filter(figure -> figure.metric().equals(metric))
        .filter(figure -> figure.benchmark().equals(benchmark))
        .filter(figure -> figure.model().equals(model))
        .filter(figure -> figure.slice().toString().equals(slice));
  }
}
