package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PopulationDensity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestPlausibility {

  private static final CountryIndex COUNTRIES = CountryIndex.naturalEarth();
  private static final Plausibility PLAUSIBILITY =
      new Plausibility(new MapLookup(COUNTRIES, PopulationDensity.geonames()));

  @ParameterizedTest
  @CsvSource({
    "48.8566, 2.3522, , true",
    "48.8566, 2.3522, FR, true",
    "48.8566, 2.3522, france, true",
    "48.8566, 2.3522, DE, false",
    "48.8566, 2.3522, Atlantis, true",
    "2.3522, 48.8566, , false",
    "36.82, -1.3, , true"
  })
  void isInTheStatedCountryOrNotFarOut(double lat, double lon, String stated, boolean likely) {
    String country = COUNTRIES.locate(lat, lon).map(found -> found.code()).orElse(null);
    assertThat(PLAUSIBILITY.isLikely(new GeoPoint(lat, lon), country, stated)).isEqualTo(likely);
  }

  @ParameterizedTest
  @CsvSource({
    "SWAPPED, 2.3522, 48.8566, , true",
    "SWAPPED, 2.3522, 48.8566, FR, true",
    "SWAPPED, 2.3522, 48.8566, DE, false",
    "SWAPPED, 2.3522, 148.8566, , false",
    "LATITUDE_SIGN, 33.87, 151.21, AU, true",
    "LONGITUDE_SIGN, 40.71, 74.01, US, true",
    "LONGITUDE_SIGN, 40.71, 74.01, KG, false",
    "LONGITUDE_SIGN, 40.71, 74.01, , false",
    "BOTH_SIGNS, 23.55, 46.63, Brazil, true"
  })
  void knowsWhatWasMeant(
      Misreading misreading, double lat, double lon, String stated, boolean likely) {
    assertThat(PLAUSIBILITY.isLikely(misreading, new GeoPoint(lat, lon), stated)).isEqualTo(likely);
  }

  @Test
  void aMisreadingUndoesItself() {
    GeoPoint point = new GeoPoint(12, -34);
    for (Misreading misreading : Misreading.values()) {
      assertThat(misreading.meant(point).flatMap(misreading::meant)).contains(point);
      assertThat(misreading.meant(point)).isNotEqualTo(java.util.Optional.of(point));
    }
  }
}
