package io.geolocsft.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TestFlaw {

  @Test
  void rangesOfUniformNumbersAreAsWideAsTheRates() {
    int[] counts = new int[Flaw.values().length];
    int steps = 100_000;
    for (int i = 0; i < steps; i++) {
      counts[Flaw.at((double) i / steps).ordinal()]++;
    }
    for (Flaw flaw : Flaw.values()) {
      assertThat((double) counts[flaw.ordinal()] / steps)
          .as(flaw.name())
          .isCloseTo(flaw.rate(), within(2.0 / steps));
    }
  }

  @Test
  void mostImagesAreGood() {
    assertThat(Flaw.NONE.rate()).isCloseTo(0.912, within(1e-9));
  }
}
