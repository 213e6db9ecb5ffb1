package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PopulationDensity;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestQualityRules {

  private static final Instant IN_2018 = Instant.parse("2018-06-01T12:00:00Z");
  private static final QualityLimits LIMITS =
      new QualityLimits(
          32,
          20,
          2,
          5,
          10,
          245,
          10,
          2,
          true,
          25,
          1,
          true,
          true,
          Instant.parse("2015-01-01T00:00:00Z"),
          Instant.parse("2020-12-31T23:59:59Z"));

  private static final MapLookup EARTH =
      new MapLookup(CountryIndex.naturalEarth(), PopulationDensity.geonames());

  private static final QualityRules RULES = new QualityRules(LIMITS, EARTH);

  @Test
  void aGoodImagePasses() {
    assertThat(RULES.check(image(64, 64, 20, 10, 5, 2, 48.85, 2.35, IN_2018))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "31, 64, 99, 99, 99, 7, 48.85, 2, 2018-06-01T12:00:00Z, min_side, 31, 32",
    "64, 31, 99, 99, 99, 7, 48.85, 2, 2018-06-01T12:00:00Z, min_side, 31, 32",
    "64, 64, 99, 99, 99, 1.5, 48, 2, 2018-06-01T12:00:00Z, min_entropy, 1.5, 2",
    "64, 64, 99, 99, NaN, 7, 48.85, 2, 2018-06-01T12:00:00Z, min_contrast, NaN, 5",
    "64, 64, 99, 9.5, 99, 7, 48.85, 2, 2018-06-01T12:00:00Z, min_brightness, 9.5, 10",
    "64, 64, 99, 246, 99, 7, 48.85, 2, 2018-06-01T12:00:00Z, max_brightness, 246, 245",
    "64, 64, 19, 99, 99, 7, 48.85, 2, 2018-06-01T12:00:00Z, min_blur, 19, 20",
    "64, 64, 99, 99, 99, 7, 0, 0, 2018-06-01T12:00:00Z, null_island, 0, 10",
    // London, exchanged.
    "64, 64, 99, 99, 99, 7, -0.13, 51.51, 2018-06-01T12:00:00Z, swapped_coordinates, ,",
    "64, 64, 99, 99, 99, 7, 30.25, -45, 2018-06-01T12:00:00Z, not_on_land, ,",
    "64, 64, 99, 99, 99, 7, 48.5, 2, 2018-06-01T12:00:00Z, min_decimals, 1, 2",
    "64, 64, 99, 99, 99, 7, -48, 20, 2018-06-01T12:00:00Z, min_decimals, 0, 2",
    "64, 64, 99, 99, 99, 7, 48.85, 2, , missing_date, ,",
  })
  void namesTheFirstRuleThatFails(
      int width,
      int height,
      double blur,
      double brightness,
      double contrast,
      double entropy,
      double lat,
      double lon,
      Instant at,
      String rule,
      Double measured,
      Double limit) {
    Rejection rejection =
        RULES
            .check(image(width, height, blur, brightness, contrast, entropy, lat, lon, at))
            .orElseThrow();
    assertThat(rejection.rule()).isEqualTo(rule);
    assertThat(rejection.measured()).isEqualTo(measured);
    assertThat(rejection.limit()).isEqualTo(limit);
  }

  @ParameterizedTest
  @CsvSource({
    "2014-12-31T23:59:59Z, too_early, 2015",
    "2021-01-01T00:00:00Z, too_late, 2021",
    "2015-01-01T00:00:00Z, , 0",
    "2020-12-31T23:59:59Z, , 0"
  })
  void datesHaveBothEndsIncluded(Instant at, String rule, int limitYear) {
    var rejection = RULES.check(image(64, 64, 99, 99, 99, 7, 48.85, 2.35, at));
    assertThat(rejection.map(Rejection::rule).orElse(null)).isEqualTo(rule);
    rejection.ifPresent(
        found -> {
          assertThat(found.limit())
              .isCloseTo(limitYear, org.assertj.core.api.Assertions.within(0.01));
          assertThat(found.detail()).isEqualTo(at.toString());
        });
  }

  @Test
  void switchesOff() {
    QualityRules lax =
        new QualityRules(
            new QualityLimits(1, 0, 0, 0, 0, 255, 0, 0, false, 0, 0, false, false, null, null),
            EARTH);
    assertThat(lax.check(image(1, 1, 0, 0, 0, 0, 0, 0, null))).isEmpty();
    assertThat(lax.check(image(1, 1, 0, 0, 0, 0, 30, -45, null))).isEmpty();
    assertThat(lax.check(image(1, 1, 0, 0, 0, 0, -0.13, 51.51, null))).isEmpty();
  }

  /** Near borders and coasts there is some tolerance; what is not known is not held against it. */
  @ParameterizedTest
  @CsvSource({
    "48.8566, 2.3522, FR, ,",
    "48.8566, 2.3522, france, ,",
    "49.52, 6.31, FR, ,", // in Luxembourg, some km from France
    "48.8566, 2.3522, XX, ,",
    "2.3522, 48.8566, FR, swapped_coordinates, latitude 48.8566",
    "-48.8566, 2.3522, FR, flipped_coordinates, latitude 48.8566",
    "-33.87, -151.21, AU, flipped_coordinates, longitude 151.21",
    "33.87, -151.21, AU, flipped_coordinates, 'latitude -33.87, longitude 151.21'",
    "40.4168, -3.7038, DE, wrong_country, stated: DE"
  })
  void theStatedCountryIsBelieved(
      double lat, double lon, String country, String rule, String detail) {
    ImageFacts plain = image(64, 64, 99, 99, 99, 7, lat, lon, IN_2018);
    ImageFacts stated =
        new ImageFacts(64, 64, 99, 99, 99, 7, plain.point(), true, IN_2018, country, null);
    Optional<Rejection> found = RULES.check(stated);
    assertThat(found.map(Rejection::rule)).isEqualTo(Optional.ofNullable(rule));
    found.ifPresent(rejection -> assertThat(rejection.detail()).contains(detail));
  }

  @Test
  void exifMustAgree() {
    GeoPoint paris = new GeoPoint(48.8566, 2.3522);
    assertThat(RULES.check(new ImageFacts(64, 64, 99, 99, 99, 7, paris, true, IN_2018, null, 1.0)))
        .isEmpty();
    assertThat(RULES.check(new ImageFacts(64, 64, 99, 99, 99, 7, paris, true, IN_2018, null, 1.5)))
        .contains(Rejection.of("exif_disagrees", 1.5, 1));
  }

  private static ImageFacts image(
      int width,
      int height,
      double blur,
      double brightness,
      double contrast,
      double entropy,
      double lat,
      double lon,
      Instant at) {
    boolean onLand = CountryIndex.naturalEarth().locate(lat, lon).isPresent();
    return new ImageFacts(
        width,
        height,
        blur,
        brightness,
        contrast,
        entropy,
        new GeoPoint(lat, lon),
        onLand,
        at,
        null,
        null);
  }
}
