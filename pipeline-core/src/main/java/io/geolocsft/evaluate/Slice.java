package io.geolocsft.evaluate;

import static java.util.Objects.requireNonNull;

/**
 * A part of a benchmark.
 *
 * @param dimension by what it is cut; empty for the whole
 * @param value which part of that dimension it is; empty for the whole
 */
public record Slice(String dimension, String value) {

  /** The whole benchmark. */
  public static final Slice ALL = new Slice("", "");

  public Slice {
    requireNonNull(dimension, "dimension");
    requireNonNull(value, "value");
  }

  /** {@code all}, or {@code dimension=value} as the metrics table has it. */
  @Override
  public String toString() {
    return dimension.isEmpty() ? "all" : dimension + "=" + value;
  }
}
