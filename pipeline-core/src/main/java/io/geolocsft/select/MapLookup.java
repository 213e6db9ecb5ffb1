package io.geolocsft.select;

import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PopulationDensity;
import java.util.OptionalDouble;

/** What the rules ask of the map; seldom, of images that something is wrong with. */
public final class MapLookup {

  /** The Antarctic Treaty's; some thousand people live south of it. */
  private static final double ANTARCTIC = -60;

  private final CountryIndex countries;
  private final PopulationDensity places;

  public MapLookup(CountryIndex countries, PopulationDensity places) {
    this.countries = countries;
    this.places = places;
  }

  /**
   * Whether neither a country nor a populated place lies within that many km of a point. Places
   * count because maps of countries leave small islands out.
   */
  boolean isRemote(GeoPoint at, double km) {
    return countries.locate(at.latitude(), at.longitude(), km).isEmpty() && nearestPlaceKm(at) > km;
  }

  /**
   * Whether a country holds a point or lies close by, and people live around; not in Antarctica.
   */
  boolean isInhabited(GeoPoint at) {
    return at.latitude() > ANTARCTIC
        && countries.locate(at.latitude(), at.longitude()).isPresent()
        && nearestPlaceKm(at) <= PopulationDensity.RADIUS_KM;
  }

  private double nearestPlaceKm(GeoPoint at) {
    return places.nearestPlaceKm(at.latitude(), at.longitude());
  }

  /** Whether there is a country of that code or name. */
  boolean isKnown(String country) {
    return countries.isKnown(country);
  }

  /** Whether a country, by its code or name, holds a point or lies close by. */
  boolean holds(String country, GeoPoint at) {
    return countries.holds(country, at.latitude(), at.longitude());
  }

  /**
   * How far a point is from a country.
   *
   * @param country its code or name
   * @return 0 inside; empty if there is no such country
   */
  OptionalDouble kilometersTo(String country, GeoPoint at) {
    return countries.kilometersTo(country, at.latitude(), at.longitude());
  }
}
