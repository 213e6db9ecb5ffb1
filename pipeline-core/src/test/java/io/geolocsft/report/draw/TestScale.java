package io.geolocsft.report.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TestScale {

  @Test
  void linear() {
    Scale scale = Scale.linear(0, 10, 100, 0);
    assertThat(scale.at(5)).isEqualTo(50);
    assertThat(scale.at(-3)).isEqualTo(100);
    assertThat(scale.at(11)).isZero();
  }

  @Test
  void logarithmic() {
    Scale scale = Scale.logarithmic(1, 10_000, 0, 400);
    assertThat(scale.at(10)).isCloseTo(100, within(1e-9));
    assertThat(scale.at(0)).isZero();
  }

  @Test
  void ticksAreRound() {
    assertThat(Scale.linear(0.75, 2.1, 0, 1).ticks(5)).hasSize(7).contains(1.0, 2.0);
    assertThat(Scale.linear(1, 1008, 0, 1).ticks(8))
        .containsExactly(100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0, 900.0, 1000.0);
  }

  @Test
  void aSingleValueHasARange() {
    assertThat(Scale.linear(3, 3, 0, 10).at(3)).isZero();
    assertThat(Scale.linear(3, 3, 0, 10).ticks(5)).isNotEmpty();
  }
}
