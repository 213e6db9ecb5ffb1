package io.geolocsft.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TestPace {

  /** Two seconds to load a model, then a batch of 16 images every 7 seconds. */
  @Test
  void theTimeLeftNeverGoesUpWhileWorkGoesOnSteadily() {
    Pace pace = new Pace(160);
    double last = Double.POSITIVE_INFINITY;
    for (int second = 1; second <= 72; second++) {
      pace.reached(16 * Math.max(0, (second - 2) / 7), Duration.ofSeconds(second));
      double left = left(pace, second, Double.POSITIVE_INFINITY);
      assertThat(left).as("second " + second).isNotNegative().isLessThanOrEqualTo(last + 1e-6);
      last = left;
    }
    assertThat(last).isZero();
  }

  @Test
  void whatWasFoundSaysNothingOfTheRate() {
    Pace pace = new Pace(1000);
    pace.found(900);
    pace.reached(900, Duration.ofMillis(200));
    assertThat(pace.left(Duration.ofSeconds(1))).isEmpty();
    pace.reached(910, Duration.ofSeconds(20));
    assertThat(pace.rate(Duration.ofSeconds(20))).isEqualTo(0.5);
    assertThat(pace.left(Duration.ofSeconds(20))).contains(Duration.ofSeconds(180));
    assertThat(pace.done()).isEqualTo(910);
  }

  @Test
  void onlyWhatWasDoneLatelyCounts() {
    Pace pace = new Pace(10_000);
    for (int second = 1; second <= 100; second++) {
      pace.reached(second, Duration.ofSeconds(second));
    }
    assertThat(pace.rate(Duration.ofSeconds(100))).isEqualTo(1, within(1e-9));
    for (int second = 101; second <= 200; second++) {
      pace.reached(100 + 10 * (second - 100), Duration.ofSeconds(second));
    }
    assertThat(pace.rate(Duration.ofSeconds(200))).isEqualTo(10, within(1e-9));
    assertThat(left(pace, 200, -1)).isEqualTo(890, within(1e-6));
  }

  @Test
  void whatStandsStillTakesLonger() {
    Pace pace = new Pace(100);
    pace.reached(10, Duration.ofSeconds(10));
    pace.reached(20, Duration.ofSeconds(20));
    assertThat(left(pace, 20, -1)).isEqualTo(80, within(1e-6));
    assertThat(left(pace, 30, -1)).isEqualTo(70, within(1e-6));
    assertThat(left(pace, 220, -1)).isGreaterThan(800);
  }

  @Test
  void beyondTheTotalNothingIsLeft() {
    Pace pace = new Pace(10);
    pace.reached(12, Duration.ofSeconds(1));
    assertThat(pace.left(Duration.ofSeconds(5))).contains(Duration.ZERO);
  }

  @Test
  void withoutATotalOrAnythingDoneNobodyCanTell() {
    assertThat(new Pace(10).left(Duration.ofSeconds(5))).isEmpty();
    Pace open = new Pace(-1);
    open.reached(3, Duration.ofSeconds(1));
    assertThat(open.left(Duration.ofSeconds(5))).isEmpty();
    assertThat(open.rate(Duration.ofSeconds(1))).isEqualTo(3);
  }

  private static double left(Pace pace, int second, double unknown) {
    return pace.left(Duration.ofSeconds(second)).map(left -> left.toNanos() / 1e9).orElse(unknown);
  }
}
