package io.geolocsft.config.reward;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.answer.Answer;
import io.geolocsft.answer.AnswerReader;
import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.GrpoSettings;
import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.Gazetteer;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PopulationDensity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestRewardSettings {

  private static final GeoPoint PARIS = new GeoPoint(48.86, 2.35);
  private static final String LYON = "45.76, 4.84";

  private static GrpoSettings grpo(String reward) {
    return ConfigFixture.with("grpo.rewards=[" + reward + "]").grpo();
  }

  private static double worth(String reward, RewardMap map, String text) {
    Answer answer = AnswerReader.read(text);
    return grpo(reward).reward(map).of(PARIS, text, answer);
  }

  @Test
  void areasAreThoseOfTheRunsMap() {
    assertThat(worth("{kind: country}", Gazetteer::builtIn, LYON)).isEqualTo(1);
    CountryIndex provinces = CountryIndex.naturalEarthProvinces();
    RewardMap own = () -> new Gazetteer(provinces, provinces, PopulationDensity.geonames());
    assertThat(worth("{kind: country}", own, LYON)).isZero();
    assertThat(grpo("{kind: country}, {kind: admin1}, {kind: form}").maps())
        .containsExactlyInAnyOrder("bin.countries", "bin.admin1");
    assertThat(grpo("{kind: geoscore}").maps()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'48.86, 2.35', 1", "'48.86, 3.35', 0.6", "'45.76, 4.84', 0.4", "'-48, -177', 0"})
  void everyThresholdOfTheLadderCanBeMetAndMissed(String answer, double worth) {
    assertThat(worth("{kind: thresholds}", Gazetteer::builtIn, answer)).isEqualTo(worth);
  }

  @ParameterizedTest
  @CsvSource({"2000, 0", "3000, -0.5", "5000, -1"})
  void anAnswerMayBeAsLongAsItIsFree(int characters, double worth) {
    assertThat(worth("{kind: length}", Gazetteer::builtIn, "x".repeat(characters)))
        .isEqualTo(worth);
  }
}
