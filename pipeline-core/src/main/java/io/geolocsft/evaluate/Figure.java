package io.geolocsft.evaluate;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One figure of the metrics table.
 *
 * @param benchmark the benchmark's name
 * @param model the model's name, or {@code a_minus_b} for a paired difference
 * @param convention the convention's name
 * @param metric as {@link Metric#name}
 * @param thresholdKm of accuracy, in km
 * @param status of {@code status_share}: how the answers were read
 * @param slice the part of the benchmark
 * @param value shares in [0, 1], distances in km
 * @param interval the bootstrap's percentile interval around it
 * @param resampling how the bootstrap drew: {@code exact} or {@code poisson}
 * @param pValue of a difference of accuracies, by McNemar's test
 * @param n images in the slice, whether answered or not
 */
public record Figure(
    String benchmark,
    String model,
    String convention,
    String metric,
    OptionalDouble thresholdKm,
    Optional<String> status,
    Slice slice,
    double value,
    Interval interval,
    String resampling,
    OptionalDouble pValue,
    long n) {

  /** The same with McNemar's p-value. */
  public Figure withPValue(double value) {
    return new Figure(
        benchmark,
        model,
        convention,
        metric,
        thresholdKm,
        status,
        slice,
        this.value,
        interval,
        resampling,
        OptionalDouble.of(value),
        n);
  }
}
