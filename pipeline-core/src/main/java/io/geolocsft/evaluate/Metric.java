package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/** A figure of a set of outcomes in which each row counts as often as its weight says. */
public sealed interface Metric {

  /** As the metrics table calls it. */
  String name();

  /** The threshold, for the metrics that have one, in km. */
  default OptionalDouble thresholdKm() {
    return OptionalDouble.empty();
  }

  /** The value over {@code weights[rows]}; NaN if no row with a weight counts. */
  double value(Outcomes outcomes, int[] weights);

  /** All figures of a convention, in the order of a report. */
  static List<Metric> all(Convention convention) {
    Stream<Metric> accuracies =
        convention.thresholdsKm().stream().map(km -> new Accuracy(convention.comparison(), km));
    Stream<Metric> others =
        Stream.of(
            new MeanError(),
            new ErrorQuantile("median_error_km", 0.5),
            new ErrorQuantile("p25_error_km", 0.25),
            new ErrorQuantile("p75_error_km", 0.75),
            new ErrorQuantile("p90_error_km", 0.9),
            new MeanGeoScore(),
            new MissingShare(),
            new ParseFailureShare());
    return Stream.concat(accuracies, others).toList();
  }

  /** Share of answers within a threshold, in [0, 1]. */
  record Accuracy(Comparison comparison, double km) implements Metric {
    @Override
    public String name() {
      return "accuracy";
    }

    @Override
    public OptionalDouble thresholdKm() {
      return OptionalDouble.of(km);
    }

    @Override
    public double value(Outcomes outcomes, int[] weights) {
      long right = 0;
      long all = 0;
      boolean within = true;
      for (int rank = 0; rank < outcomes.counted(); rank++) {
        int row = outcomes.nearest(rank);
        within = within && comparison.within(outcomes.distanceKm(row), km);
        right += within ? weights[row] : 0;
        all += weights[row];
      }
      return (double) right / all;
    }
  }

  /** Mean distance between truth and answer, in km. */
  record MeanError() implements Metric {
    @Override
    public String name() {
      return "mean_error_km";
    }

    @Override
    public double value(Outcomes outcomes, int[] weights) {
      return weightedMean(outcomes, weights, outcomes::distanceKm);
    }
  }

  /** Mean GeoScore, in [0, maximum]. */
  record MeanGeoScore() implements Metric {
    @Override
    public String name() {
      return "mean_geoscore";
    }

    @Override
    public double value(Outcomes outcomes, int[] weights) {
      return weightedMean(outcomes, weights, outcomes::score);
    }
  }

  /**
   * A quantile of the distances, in km, linear between order statistics (type 7 of Hyndman and Fan
   * 1996, the default of NumPy and R).
   */
  record ErrorQuantile(String name, double quantile) implements Metric {
    public ErrorQuantile {
      checkArgument(quantile >= 0 && quantile <= 1, "quantile %s", quantile);
    }

    @Override
    public double value(Outcomes outcomes, int[] weights) {
      long all = 0;
      for (int rank = 0; rank < outcomes.counted(); rank++) {
        all += weights[outcomes.nearest(rank)];
      }
      if (all == 0) {
        return Double.NaN;
      }
      double position = (all - 1) * quantile;
      long lower = (long) Math.floor(position);
      double below = Double.NaN;
      long seen = 0;
      for (int rank = 0; ; rank++) {
        int row = outcomes.nearest(rank);
        seen += weights[row];
        if (Double.isNaN(below) && seen > lower) {
          below = outcomes.distanceKm(row);
        }
        if (seen > lower + 1 || seen == all) {
          return below + (position - lower) * (outcomes.distanceKm(row) - below);
        }
      }
    }
  }

  /** Share of all images without an answer, in [0, 1], whatever the convention does with them. */
  record MissingShare() implements Metric {
    @Override
    public String name() {
      return "missing_share";
    }

    @Override
    public double value(Outcomes outcomes, int[] weights) {
      return share(outcomes, weights, outcomes::isMissing);
    }
  }

  /** Share of all images whose answer could not be read, in [0, 1]. */
  record ParseFailureShare() implements Metric {
    @Override
    public String name() {
      return "parse_failure_share";
    }

    @Override
    public double value(Outcomes outcomes, int[] weights) {
      return share(outcomes, weights, outcomes::parseFailed);
    }
  }

  private static double weightedMean(Outcomes outcomes, int[] weights, IntToDoubleFunction column) {
    double sum = 0;
    long all = 0;
    for (int rank = 0; rank < outcomes.counted(); rank++) {
      int row = outcomes.nearest(rank);
      sum += weights[row] * column.applyAsDouble(row);
      all += weights[row];
    }
    return sum / all;
  }

  private static double share(Outcomes outcomes, int[] weights, IntPredicate column) {
    long some = 0;
    long all = 0;
    for (int row = 0; row < outcomes.rows(); row++) {
      some += column.test(row) ? weights[row] : 0;
      all += weights[row];
    }
    return (double) some / all;
  }
}
