package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Percentile intervals by resampling images, or clusters of them (Efron and Tibshirani 1993,
 * chapter 13). The draws depend on the seed and on what is drawn from only, so two models judged on
 * the same images see the same resamples, and what makes an image hard for both cancels out of the
 * difference of their figures.
 *
 * @param samples number of resamples; without any, both ends of every interval are NaN
 * @param confidence the share of resamples inside the interval, such as 0.95
 * @param seed of the draws
 */
public record Bootstrap(int samples, double confidence, long seed) implements Serializable {

  public Bootstrap {
    checkArgument(samples >= 0, "samples must not be negative, is %s", samples);
    checkArgument(
        confidence > 0 && confidence < 1, "confidence must lie in (0, 1), is %s", confidence);
  }

  /** The same with another seed. */
  public Bootstrap withSeed(long other) {
    return new Bootstrap(samples, confidence, other);
  }

  /** Each metric's value in each resample: {@code [metrics, samples]}. */
  public double[][] values(Outcomes outcomes, Resampling resampling, List<Metric> metrics) {
    double[][] values = new double[metrics.size()][samples];
    resampling.resample(
        seed,
        samples,
        (sample, weights) -> {
          WeightedOutcomes weighted = outcomes.weighted(weights);
          for (int i = 0; i < values.length; i++) {
            values[i][sample] = metrics.get(i).value(weighted);
          }
        });
    return values;
  }

  /** The interval of a figure by its values in the resamples; both ends NaN if it has none. */
  public Interval interval(double[] values) {
    // A resample in which no row counts has no value.
    double[] sorted =
        Arrays.stream(values).filter(value -> !Double.isNaN(value)).sorted().toArray();
    double tail = (1 - confidence) / 2;
    return new Interval(quantile(sorted, tail), quantile(sorted, 1 - tail));
  }

  private static double quantile(double[] sorted, double quantile) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double position = (sorted.length - 1) * quantile;
    int lower = (int) position;
    int upper = Math.min(lower + 1, sorted.length - 1);
    return sorted[lower] + (position - lower) * (sorted[upper] - sorted[lower]);
  }
}
