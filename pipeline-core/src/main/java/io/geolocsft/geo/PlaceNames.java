package io.geolocsft.geo;

import java.util.Locale;
import java.util.Optional;

/**
 * What the place at a point is called.
 *
 * @param country in which it lies or, at sea, the nearest within 25 km
 * @param province the first-level division of a country, likewise
 * @param place the populated place whose centre is nearest, however far
 * @param placeKm distance to it, km
 */
public record PlaceNames(
    Optional<Country> country, Optional<Country> province, Place place, double placeKm) {

  /**
   * One line, from small to large. The nearest place is left out where it is far, but for the open
   * sea, which has no other name.
   */
  public String line() {
    StringBuilder line = new StringBuilder();
    if (!place.name().isEmpty() && placeKm <= PopulationDensity.RADIUS_KM) {
      line.append(place.name());
    }
    province.ifPresent(area -> append(line, area.name()));
    country.ifPresent(area -> append(line, area.name()));
    return line.isEmpty() && !place.name().isEmpty()
        ? String.format(Locale.ROOT, "%.0f km from %s", placeKm, place.name())
        : line.toString();
  }

  private static void append(StringBuilder line, String name) {
    line.append(line.isEmpty() ? "" : ", ").append(name);
  }
}
