package io.geolocsft.select;

import java.util.Locale;

/** How the chosen images are spread over cells. */
public enum SamplingStrategy {
  /** An image weighs {@code count^-alpha} by the count of its cell, as OSV-5M samples. */
  GEO_AWARE,
  /** A cell gives as the square root of its count: alpha 0.5. */
  SQUARE_ROOT,
  /** Every cell gets the same: alpha 1. */
  UNIFORM,
  /** Images as they come, dense where people photograph: alpha 0. */
  POPULATION;

  /**
   * The strategy of that name, in lower case.
   *
   * @throws IllegalArgumentException for another name
   */
  public static SamplingStrategy of(String name) {
    for (SamplingStrategy strategy : values()) {
      if (strategy.name().toLowerCase(Locale.ROOT).equals(name)) {
        return strategy;
      }
    }
    throw new IllegalArgumentException(
        "Unknown strategy '%s' (allowed: geo_aware, square_root, uniform, population)"
            .formatted(name));
  }

  /** The weight of one image in a cell with that many; at least 1 of them. */
  public double imageWeight(long count, double alpha) {
    // StrictMath: the same digits on every machine.
    return switch (this) {
      case GEO_AWARE -> StrictMath.pow(count, -alpha);
      case SQUARE_ROOT -> 1 / Math.sqrt(count);
      case UNIFORM -> 1.0 / count;
      case POPULATION -> 1;
    };
  }

  /** The weight of a cell: of all images in it. */
  public double cellWeight(long count, double alpha) {
    return count * imageWeight(count, alpha);
  }
}
