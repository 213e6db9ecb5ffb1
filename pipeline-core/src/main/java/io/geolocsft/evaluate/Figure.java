package io.geolocsft.evaluate;

import java.util.OptionalDouble;

/**
 * One figure of the metrics table.
 *
 * @param benchmark the benchmark's name
 * @param model the model's name, or {@code a_minus_b} for a paired difference
 * @param convention the convention's name
 * @param metric as {@link Metric#name}
 * @param thresholdKm of accuracy, in km
 * @param slice the part of the benchmark
 * @param value shares in [0, 1], distances in km
 * @param interval the bootstrap's percentile interval around it
 * @param n images in the slice, whether answered or not
 */
public record Figure(
    String benchmark,
    String model,
    String convention,
    String metric,
    OptionalDouble thresholdKm,
    Slice slice,
    double value,
    Interval interval,
    int n) {}
