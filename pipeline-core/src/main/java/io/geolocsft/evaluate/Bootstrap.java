package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/**
 * Percentile intervals by resampling images, or clusters of them, with replacement (Efron and
 * Tibshirani 1993, chapter 13). The draws depend on the seed and the clusters only, so two models
 * judged on the same images see the same resamples.
 *
 * @param samples number of resamples; without any, both ends of every interval are NaN
 * @param confidence the share of resamples inside the interval, such as 0.95
 * @param seed of the draws
 */
public record Bootstrap(int samples, double confidence, long seed) {

  public Bootstrap {
    checkArgument(samples >= 0, "samples must not be negative, is %s", samples);
    checkArgument(
        confidence > 0 && confidence < 1, "confidence must lie in (0, 1), is %s", confidence);
  }

  /** The same with another seed. */
  public Bootstrap withSeed(long other) {
    return new Bootstrap(samples, confidence, other);
  }

  /** An interval for each metric, in their order; both ends NaN if a metric has no value. */
  public List<Interval> intervals(Outcomes outcomes, Clusters clusters, List<Metric> metrics) {
    return intervals(clusters, metrics, (metric, weights) -> metric.value(outcomes, weights));
  }

  /**
   * An interval for each metric's difference {@code minuend - subtrahend}. Both are resampled
   * together, image by image, so what makes an image hard for both cancels out.
   *
   * @throws IllegalArgumentException if the two were not judged on the same number of images
   */
  public List<Interval> differences(
      Outcomes minuend, Outcomes subtrahend, Clusters clusters, List<Metric> metrics) {
    checkArgument(
        minuend.rows() == subtrahend.rows(),
        "%s images against %s",
        minuend.rows(),
        subtrahend.rows());
    return intervals(
        clusters,
        metrics,
        (metric, weights) -> metric.value(minuend, weights) - metric.value(subtrahend, weights));
  }

  private List<Interval> intervals(
      Clusters clusters, List<Metric> metrics, ToDoubleBiFunction<Metric, int[]> statistic) {
    double[][] values = new double[metrics.size()][samples];
    SplittableRandom random = new SplittableRandom(seed);
    int[] weights = new int[clusters.rows()];
    for (int sample = 0; sample < samples; sample++) {
      clusters.resample(random, weights);
      for (int i = 0; i < values.length; i++) {
        values[i][sample] = statistic.applyAsDouble(metrics.get(i), weights);
      }
    }
    return IntStream.range(0, values.length).mapToObj(i -> percentiles(values[i])).toList();
  }

  private Interval percentiles(double[] values) {
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
