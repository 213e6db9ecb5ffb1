package io.geolocsft.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** The figures of the models on one slice of one benchmark. */
final class SliceFigures {

  /**
   * What was measured of one model.
   *
   * @param metrics in the order of a report
   * @param values of each metric
   * @param resampled of each metric in each resample
   */
  private record Measured(List<Metric> metrics, double[] values, double[][] resampled) {

    /** What both measured, taken from each other. */
    Measured minus(Measured other) {
      List<Metric> both = metrics.stream().filter(other.metrics::contains).toList();
      return new Measured(
          both,
          both.stream().mapToDouble(metric -> value(metric) - other.value(metric)).toArray(),
          both.stream()
              .map(metric -> difference(resampled(metric), other.resampled(metric)))
              .toArray(double[][]::new));
    }

    private double value(Metric metric) {
      return values[metrics.indexOf(metric)];
    }

    private double[] resampled(Metric metric) {
      return resampled[metrics.indexOf(metric)];
    }

    private static double[] difference(double[] minuend, double[] subtrahend) {
      return IntStream.range(0, minuend.length)
          .mapToDouble(sample -> minuend[sample] - subtrahend[sample])
          .toArray();
    }
  }

  private final Convention convention;
  private final Bootstrap bootstrap;
  private final String benchmark;
  private final Slice slice;
  private final Map<String, Measured> models = new LinkedHashMap<>();
  private String resampling = "";
  private long images;

  SliceFigures(Convention convention, Bootstrap bootstrap, String benchmark, Slice slice) {
    this.convention = convention;
    this.bootstrap = bootstrap;
    this.benchmark = benchmark;
    this.slice = slice;
  }

  /** Measures a model; every model of a slice has the same images. */
  void add(String model, Outcomes outcomes, Resampling drawn) {
    List<Metric> metrics = Metric.all(convention, outcomes);
    WeightedOutcomes once = outcomes.weighted(drawn.once());
    models.put(
        model,
        new Measured(
            metrics,
            metrics.stream().mapToDouble(metric -> metric.value(once)).toArray(),
            bootstrap.values(outcomes, drawn, metrics)));
    resampling = drawn.label();
    images = (long) once.images();
  }

  /** Of every model, then of the pairs of which both are there. */
  List<Figure> figures(List<ModelPair> pairs) {
    List<Figure> figures = new ArrayList<>();
    models.forEach((model, measured) -> figures.addAll(figures(model, measured)));
    for (ModelPair pair : pairs) {
      if (models.containsKey(pair.minuend()) && models.containsKey(pair.subtrahend())) {
        Measured minuend = models.get(pair.minuend());
        figures.addAll(figures(pair.label(), minuend.minus(models.get(pair.subtrahend()))));
      }
    }
    return figures;
  }

  private List<Figure> figures(String model, Measured measured) {
    return IntStream.range(0, measured.metrics().size())
        .filter(i -> !Double.isNaN(measured.values()[i]))
        .mapToObj(
            i ->
                figure(
                    model,
                    measured.metrics().get(i),
                    measured.values()[i],
                    bootstrap.interval(measured.resampled()[i])))
        .toList();
  }

  private Figure figure(String model, Metric metric, double value, Interval interval) {
    return new Figure(
        benchmark,
        model,
        convention.name(),
        metric.name(),
        metric.thresholdKm(),
        metric.status(),
        slice,
        value,
        interval,
        resampling,
        OptionalDouble.empty(),
        images);
  }
}
