package io.geolocsft.geo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestGazetteer {

  private final Gazetteer gazetteer = Gazetteer.builtIn();

  @Test
  void aCityIsNamedWithItsProvinceAndCountry() {
    PlaceNames names = gazetteer.at(new GeoPoint(48.1374, 11.5755));
    assertThat(names.place().name()).isEqualTo("Munich");
    assertThat(names.placeKm()).isLessThan(3);
    assertThat(names.province()).map(Country::code).contains("DE-BY");
    assertThat(names.country()).map(Country::code).contains("DE");
    assertThat(names.line()).endsWith("Bayern, Germany");
  }

  @Test
  void aPlaceThatIsFarAwayIsNotTheNameOfADesert() {
    PlaceNames names = gazetteer.at(new GeoPoint(24, 12));
    assertThat(names.placeKm()).isGreaterThan(50);
    assertThat(names.line()).endsWith("Libya").doesNotContain(names.place().name());
  }

  @Test
  void theOpenSeaIsNamedByWhatIsNearest() {
    PlaceNames names = gazetteer.at(new GeoPoint(-45, -130));
    assertThat(names.country()).isEmpty();
    assertThat(names.province()).isEmpty();
    assertThat(names.line()).matches("\\d{4} km from \\S.*");
    assertThat(names.place().name()).isNotEmpty();
  }
}
