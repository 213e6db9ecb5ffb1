package io.geolocsft.geo;

import java.util.Locale;

/**
 * A populated place.
 *
 * @param point its centre
 * @param population people living in it, at least 0
 * @param name what it is called; empty if that is not known
 */
public record Place(GeoPoint point, long population, String name) {

  public Place {
    if (population < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "population is %d, must not be negative", population));
    }
  }

  /** One whose name is not known. */
  public Place(GeoPoint point, long population) {
    this(point, population, "");
  }
}
