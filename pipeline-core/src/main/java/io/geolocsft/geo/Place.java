package io.geolocsft.geo;

import java.util.Locale;

/**
 * A populated place.
 *
 * @param point its centre
 * @param population people living in it, at least 0
 */
public record Place(GeoPoint point, long population) {

  public Place {
    if (population < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "population is %d, must not be negative", population));
    }
  }
}
