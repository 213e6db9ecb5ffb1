package io.geolocsft.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.aggregate.Calibration.Observation;
import io.geolocsft.aggregate.Calibration.Sureness;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestCalibration {

  /** Errors grow with the spread of the candidates. */
  private static Observation observation(Random random) {
    double spreadKm = random.nextInt(4) == 0 ? 0 : 50 * Math.exp(2 * random.nextGaussian());
    double errorKm = (100 + spreadKm) * Math.exp(random.nextGaussian());
    return new Observation(new Sureness(spreadKm, -5 * random.nextDouble()), errorKm);
  }

  private static List<Observation> observations(long seed, int count) {
    Random random = new Random(seed);
    List<Observation> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(observation(random));
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.9})
  void radiiHoldTheTruthAsOftenAsTheySay(double share) {
    double covered = 0;
    int draws = 40;
    for (int draw = 0; draw < draws; draw++) {
      Calibration calibration = Calibration.of(observations(draw, 600));
      covered +=
          observations(1_000 + draw, 2_000).stream()
                  .filter(one -> one.errorKm() <= calibration.radiusKm(one.sureness(), share))
                  .count()
              / 2_000.0;
    }
    // Of 60 errors a class has, the conformal rank covers up to 1 / 61 more.
    assertThat(covered / draws).isBetween(share - 0.01, share + 0.02);
  }

  @Test
  void surerAnswersHaveSmallerRadii() {
    Calibration calibration = Calibration.of(observations(3, 2_000));
    double sure = calibration.radiusKm(new Sureness(0, -0.1), 0.9);
    double unsure = calibration.radiusKm(new Sureness(2_000, -0.1), 0.9);
    assertThat(sure).isLessThan(unsure / 3);
    assertThat(calibration.radiusKm(new Sureness(2_000, -0.1), 0.5)).isLessThan(unsure);
  }

  @Test
  void equallySureAnswersAreOfOneClass() {
    List<Observation> all = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      all.add(new Observation(new Sureness(0, -1), i));
    }
    Calibration calibration = Calibration.of(all);
    assertThat(calibration.classes()).hasSize(1);
    assertThat(calibration.radiusKm(new Sureness(0, -1), 0.5)).isEqualTo(251);
    assertThat(calibration.radiusKm(new Sureness(0, -1), 0.9)).isEqualTo(451);
    assertThat(calibration.radiusKm(new Sureness(9_999, -99), 0.9)).isEqualTo(451);
  }

  /** Ties may take most of a class that follows; what is left is no class of its own. */
  @Test
  void aFewThatAreLeftJoinTheOthers() {
    List<Observation> all = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      all.add(new Observation(new Sureness(i < 115 ? 0 : i, 0), i));
    }
    assertThat(Calibration.of(all).classes()).hasSize(1);
  }

  @Test
  void aFewAnswersMakeOneClassWhoseRadiusIsTheWorstError() {
    Calibration calibration = Calibration.of(observations(1, 5));
    assertThat(calibration.size()).isEqualTo(5);
    assertThat(calibration.radiusKm(new Sureness(0, 0), 0.9))
        .isEqualTo(calibration.errorsKm().max().orElseThrow());
    assertThatThrownBy(() -> Calibration.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theOrderOfTheAnswersDoesNotMatter() {
    List<Observation> all = observations(8, 700);
    List<Observation> reversed = new ArrayList<>(all);
    Collections.reverse(reversed);
    assertThat(Calibration.of(reversed)).isEqualTo(Calibration.of(all));
  }
}
