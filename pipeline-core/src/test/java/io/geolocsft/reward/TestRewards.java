package io.geolocsft.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.answer.AnswerReader;
import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.reward.DistanceReward.Corner;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestRewards {

  /** A degree of latitude on the sphere of 6371 km. */
  private static final double DEGREE_KM = 6371 * Math.PI / 180;

  private static final GeoPoint TRUTH = new GeoPoint(0, 10);

  private static double of(Reward reward, GeoPoint truth, String text) {
    return reward.of(truth, text, AnswerReader.read(text));
  }

  private static double at(Reward reward, double km) {
    return of(
        reward,
        TRUTH,
        String.format(Locale.ROOT, "<answer>lat: %.9f, lon: 10.0</answer>", km / DEGREE_KM));
  }

  @Test
  void geoScoreFallsToOneEthAtItsScale() {
    Reward reward = DistanceReward.geoScore(1492.7);
    assertThat(at(reward, 0)).isEqualTo(1);
    assertThat(at(reward, 1492.7)).isCloseTo(Math.exp(-1), within(1e-6));
    assertThat(of(reward, TRUTH, "I cannot tell.")).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "375, 0.75", "750, 0.5", "1875, 0.35", "3000, 0.2", "9000, 0.1294117647"})
  void geoRFallsAlongItsCorners(double km, double value) {
    assertThat(at(DistanceReward.piecewise(DistanceReward.GEO_R), km))
        .isCloseTo(value, within(1e-6));
  }

  @Test
  void beyondTheLastCornerNothingChanges() {
    Reward reward = DistanceReward.piecewise(List.of(new Corner(0, 3), new Corner(10, -1)));
    assertThat(at(reward, 500)).isEqualTo(-1);
    assertThatThrownBy(() -> DistanceReward.piecewise(List.of(new Corner(0, 1), new Corner(0, 2))))
        .hasMessageContaining("must lie beyond");
    assertThatThrownBy(() -> DistanceReward.piecewise(List.of(new Corner(1, 1))))
        .hasMessageContaining("at 0 km");
  }

  @Test
  void aLadderCountsItsRungs() {
    Reward reward = DistanceReward.thresholds(List.of(1.0, 25.0, 200.0, 750.0, 2500.0));
    assertThat(at(reward, 0)).isEqualTo(1);
    assertThat(at(reward, 100)).isCloseTo(0.6, within(1e-12));
    assertThat(at(reward, 2600)).isZero();
    assertThat(of(reward, TRUTH, "nowhere")).isZero();
  }

  @Test
  void oneAreaIsWorthOne() {
    Reward country = OtherRewards.area(CountryIndex.naturalEarth());
    GeoPoint paris = new GeoPoint(48.86, 2.35);
    assertThat(of(country, paris, "(43.3, 5.4)")).as("Marseille").isEqualTo(1);
    assertThat(of(country, paris, "(50.85, 4.35)")).as("Brussels").isZero();
    assertThat(of(country, paris, "France")).as("no point").isZero();
    assertThat(of(country, new GeoPoint(0, -30), "(0, -30)")).as("at sea").isZero();
  }

  @Test
  void formAsksForAPointOnly() {
    assertThat(of(OtherRewards.form(), TRUTH, "(12.5, 13.5)")).isEqualTo(1);
    assertThat(of(OtherRewards.form(), TRUTH, "(120.5, 13.5)")).isZero();
  }

  @Test
  void lengthCostsNothingAtFirst() {
    Reward reward = OtherRewards.length(10, 20);
    assertThat(of(reward, TRUTH, "x".repeat(10))).isZero();
    assertThat(of(reward, TRUTH, "x".repeat(15))).isEqualTo(-0.5);
    assertThat(of(reward, TRUTH, "x".repeat(40))).isEqualTo(-1);
  }

  @Test
  void rewardsAddUp() {
    Reward reward =
        OtherRewards.form().plus(-2, OtherRewards.length(0, 10)).plus(0.5, (t, s, a) -> 4);
    assertThat(of(reward, TRUTH, "(1.5, 2.5)")).isCloseTo(1 + 2 * 1 + 2, within(1e-12));
  }
}
