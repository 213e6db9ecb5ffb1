package io.geolocsft.geo;

/**
 * Finds the names of the place at a point. May be shared by threads.
 *
 * @param countries the countries of the world
 * @param provinces their first-level divisions
 * @param places populated places
 */
public record Gazetteer(CountryIndex countries, CountryIndex provinces, PopulationDensity places) {

  /** Of the maps of Natural Earth and the places of GeoNames. */
  public static Gazetteer builtIn() {
    return new Gazetteer(
        CountryIndex.naturalEarth(),
        CountryIndex.naturalEarthProvinces(),
        PopulationDensity.geonames());
  }

  /** The names at a point. */
  public PlaceNames at(GeoPoint point) {
    double latitude = point.latitude();
    double longitude = point.longitude();
    return new PlaceNames(
        countries.locate(latitude, longitude),
        provinces.locate(latitude, longitude),
        places.nearestPlace(latitude, longitude),
        places.nearestPlaceKm(latitude, longitude));
  }
}
