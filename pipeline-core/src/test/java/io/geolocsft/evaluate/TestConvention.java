package io.geolocsft.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.evaluate.GeoScore.Form;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestConvention {

  private static final GeoPoint ON_EQUATOR = new GeoPoint(0, 90);

  @ParameterizedTest
  @MethodSource("io.geolocsft.evaluate.Convention#names")
  void everyNameIsFoundAndDescribed(String name) {
    assertThat(Convention.named(name).name()).isEqualTo(name);
    assertThat(Convention.named(name).describe()).contains("km").endsWith(".");
  }

  @Test
  void unknownNameListsWhatIsAllowed() {
    assertThatThrownBy(() -> Convention.named("im2gps3k"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'im2gps3k'", "geolocsft", "osv5m", "pigeon", "geospot");
  }

  /** The table of what peers do, one row each. */
  @ParameterizedTest
  @CsvSource({
    "osv5m,     LESS,          SPHERE_6371,      EXACT,   1492.7, miss,        5",
    "plonk,     LESS,          SPHERE_6371,      EXACT,   1492.7, drop,        5",
    "im2gps,    LESS_OR_EQUAL, SPHERE_6371,      EXACT,   1492.7, miss,        5",
    "geoclip,   LESS_OR_EQUAL, WGS84,            EXACT,   1492.7, miss,        5",
    "g3,        LESS,          WGS84,            EXACT,   1492.7, null_island, 5",
    "navig,     LESS_OR_EQUAL, SPHERE_6371,      EXACT,   1492.7, 10000.0 km,  5",
    "pigeon,    LESS,          SPHERE_6378_137,  ROUNDED, 1492.7, miss,        10",
    "geoguessr, LESS,          SPHERE_6371_0088, FLOOR,   1492.7, miss,        5",
    "geospot,   LESS,          SPHERE_6371,      EXACT,   2000,   drop,        5",
  })
  void peers(
      String name,
      Comparison comparison,
      DistanceModel distance,
      Form form,
      double scaleKm,
      String missing,
      int thresholds) {
    Convention convention = Convention.named(name);
    assertThat(convention.comparison()).isEqualTo(comparison);
    assertThat(convention.distance()).isEqualTo(distance);
    assertThat(convention.geoScore()).isEqualTo(new GeoScore(form, scaleKm, 5000));
    assertThat(convention.missing()).hasToString(missing);
    assertThat(convention.thresholdsKm())
        .hasSize(thresholds)
        .containsAll(Convention.USUAL_THRESHOLDS_KM);
  }

  @Test
  void comparisonDecidesAtTheThreshold() {
    assertThat(Comparison.LESS.within(25, 25)).isFalse();
    assertThat(Comparison.LESS_OR_EQUAL.within(25, 25)).isTrue();
    assertThat(Comparison.LESS.within(24.999, 25)).isTrue();
    assertThat(Comparison.LESS_OR_EQUAL.within(25.001, 25)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // 5000 * exp(-100 / 1492.7) = 4676.0102
    "EXACT, 100, 4676.0102",
    "ROUNDED, 100, 4676",
    "FLOOR, 100, 4676",
    // 5000 * exp(-1492.7 / 1492.7) = 5000 / e = 1839.3972
    "EXACT, 1492.7, 1839.3972",
    "FLOOR, 1492.7, 1839",
    // 5000 * exp(-300 / 1492.7) = 4089.6
    "ROUNDED, 300, 4090",
    "FLOOR, 300, 4089",
    "EXACT, 0, 5000",
    "FLOOR, 20015, 0",
  })
  void geoScore(Form form, double km, double score) {
    assertThat(GeoScore.of(form).score(km)).isCloseTo(score, within(1e-3));
  }

  @Test
  void missingPredictions() {
    // A quarter of the equator from (0, 0): 6371 * pi / 2.
    assertThat(Convention.named("plonk").distanceKm(ON_EQUATOR, Prediction.NONE)).isNaN();
    assertThat(Convention.named("navig").distanceKm(ON_EQUATOR, Prediction.NONE))
        .isEqualTo(10_000.0);
    assertThat(Convention.named("osv5m").distanceKm(ON_EQUATOR, Prediction.NONE))
        .isCloseTo(Math.PI * 6371, within(1e-6));
    Convention nullIsland =
        new Convention(
            "null island",
            List.of(1.0),
            Comparison.LESS,
            DistanceModel.SPHERE_6371,
            GeoScore.of(Form.EXACT),
            MissingPrediction.nullIsland());
    assertThat(nullIsland.distanceKm(ON_EQUATOR, Prediction.NONE))
        .isCloseTo(Math.PI / 2 * 6371, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"miss", "drop", "null_island", "10000.0 km", "0.5 km"})
  void missingRuleReadsWhatItWrites(String text) {
    assertThat(MissingPrediction.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ignore", "10000", "-5 km", "0 km", "NaN km", "1e9 km", "999999 km"})
  void otherRulesAreRefused(String text) {
    assertThatThrownBy(() -> MissingPrediction.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void thresholdsMustIncrease() {
    Convention usual = Convention.standard();
    for (List<Double> thresholds :
        List.of(
            List.<Double>of(),
            List.of(25.0, 1.0),
            List.of(1.0, 1.0),
            List.of(0.0),
            List.of(Double.NaN),
            List.of(Double.POSITIVE_INFINITY))) {
      assertThatThrownBy(
              () ->
                  new Convention(
                      "odd",
                      thresholds,
                      usual.comparison(),
                      usual.distance(),
                      usual.geoScore(),
                      usual.missing()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("thresholdsKm");
    }
  }
}
