package io.geolocsft.report;

import static java.util.stream.Collectors.joining;

import io.geolocsft.report.draw.Scale;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A value by step of a training.
 *
 * @param steps in order
 * @param values of each; not finite where there is none
 */
record StepCurve(int[] steps, double[] values) {

  private static final int MOST_POINTS = 1200;

  static <T> StepCurve of(List<T> rows, ToIntFunction<T> step, ToDoubleFunction<T> value) {
    return new StepCurve(
        rows.stream().mapToInt(step).toArray(), rows.stream().mapToDouble(value).toArray());
  }

  /** The mean of the first steps, as many as make up a fiftieth. */
  double first() {
    return mean(0, Math.max(1, values.length / 50));
  }

  /** The mean of the last tenth of the steps. */
  double last() {
    return mean(values.length - Math.max(1, values.length / 10), values.length);
  }

  double lowest() {
    return known().min().orElse(0);
  }

  double highest() {
    return known().max().orElse(1);
  }

  boolean isKnown() {
    return known().findAny().isPresent();
  }

  private DoubleStream known() {
    return DoubleStream.of(values).filter(Double::isFinite);
  }

  /** The path through all values. */
  String path(Scale x, Scale y) {
    return path(
        drawn().filter(i -> Double.isFinite(values[i])),
        i -> x.px(steps[i]) + " " + y.px(values[i]));
  }

  /** The path through the means of a fiftieth of all steps around each. */
  String smooth(Scale x, Scale y) {
    int reach = Math.max(1, steps.length / 100);
    return path(
        drawn(),
        i ->
            x.px(steps[i])
                + " "
                + y.px(mean(Math.max(0, i - reach), Math.min(steps.length, i + reach + 1))));
  }

  private static String path(IntStream places, IntFunction<String> point) {
    return places.mapToObj(point).collect(joining("L", "M", ""));
  }

  private double mean(int from, int to) {
    return Arrays.stream(values, from, to).filter(Double::isFinite).average().orElse(0);
  }

  private IntStream drawn() {
    int every = Math.max(1, steps.length / MOST_POINTS);
    return IntStream.range(0, steps.length).filter(i -> i % every == 0 || i == steps.length - 1);
  }
}
