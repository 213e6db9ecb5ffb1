package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PopulationDensity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestSwappedCoordinates {

  private static final CountryIndex COUNTRIES = CountryIndex.naturalEarth();
  private static final SwappedCoordinates RULE =
      new SwappedCoordinates(new MapLookup(COUNTRIES, PopulationDensity.geonames()));

  /** Towns, as a table reads that exchanged its columns. */
  @ParameterizedTest
  @CsvSource({
    "-0.1276, 51.5072,", // London
    "2.3522, 48.8566,", // Paris
    "-46.63, -23.55,", // Sao Paulo, in the southern ocean
    "85.14, 25.6,", // Patna, in the Arctic
    "2.3522, 48.8566, FR",
    "2.3522, 48.8566, France",
    "-50.29, 69.22, GL", // Ilulissat, stated, in the southern Indian Ocean
    "2.3522, 48.8566, Atlantis", // not known, so it says nothing
  })
  void findsWhatOnlyTheExchangeExplains(double lat, double lon, String country) {
    assertThat(RULE.check(image(lat, lon, country)).map(Rejection::rule))
        .contains("swapped_coordinates");
  }

  @ParameterizedTest
  @CsvSource({
    "-12.05, -77.6,", // off Lima: the exchanged one is in Antarctica
    "40.2, -71.5,", // off New York, as well
    "-33.4, -72.4,", // off Valparaiso
    "32.3, -64.8,", // Bermuda
    "25.0, -85.0,", // Gulf of Mexico, far out
    "-54.8, -60,", // Drake Passage
    "36.82, -1.3,", // a ferry between Spain and Algeria: the exchanged one is Nairobi
    "13.0, 48.0,", // Gulf of Aden, 100 km off: Bavaria
    "-37.07, -12.31,", // Tristan da Cunha
    "-19.72, 63.43,", // Rodrigues: Iceland
    "-67.57, -68.13,", // Rothera station: Antarctica both ways
    "-70.67, -8.27,", // Neumayer station
    "78.22, 15.65,", // Longyearbyen
    "10.0, 10.0,", // exchanged it is the same
    "-20.0, -20.0,", // at sea, the same
    "30.0, 151.21,", // no latitude of 151 degrees
    "60.0, -178.0,", // Bering Sea
    "-0.1276, 51.5072, SC", // a country is stated, and the exchanged one is in another
    "32.5, 29.5, EG", // off Alexandria: the exchanged one is in Egypt too
    "48.8566, 2.3522, FR",
  })
  void believesPositionsThatMayBeTrue(double lat, double lon, String country) {
    assertThat(RULE.check(image(lat, lon, country))).isEmpty();
  }

  private static ImageFacts image(double lat, double lon, String country) {
    boolean onLand = COUNTRIES.locate(lat, lon).isPresent();
    return new ImageFacts(
        64, 64, 99, 99, 99, 7, new GeoPoint(lat, lon), onLand, null, country, null);
  }
}
