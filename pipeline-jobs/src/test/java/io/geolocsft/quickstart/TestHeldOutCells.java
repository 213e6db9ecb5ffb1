package io.geolocsft.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TestHeldOutCells {

  private static final long SEED = 7;

  @Test
  void wholeCellsAreHeldOutAboutOneOfSeven() {
    HeldOutCells cells = new HeldOutCells(new Draws(SEED));
    SplittableRandom random = new SplittableRandom(SEED);
    Map<Long, Boolean> heldOut = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      double latitude = random.nextDouble(-90, 90);
      double longitude = random.nextDouble(-180, 180);
      boolean contained = cells.contains(latitude, longitude);
      Boolean before = heldOut.put(HeldOutCells.cell(latitude, longitude), contained);
      assertThat(before == null || before == contained).isTrue();
    }
    long chosen = heldOut.values().stream().filter(held -> held).count();
    assertThat((double) chosen / heldOut.size()).isCloseTo(1.0 / 7, within(0.02));
    // The Earth has 41,253 square degrees.
    assertThat(41_253.0 / heldOut.size()).isCloseTo(16, within(0.5));
  }

  @Test
  void cornersOfTheEarthHaveCells() {
    assertThat(HeldOutCells.cell(90, 180)).isEqualTo(HeldOutCells.cell(89, 179));
    assertThat(HeldOutCells.cell(-90, -180)).isZero();
    assertThat(HeldOutCells.cell(2.1, 0.1)).isNotEqualTo(HeldOutCells.cell(1.9, 0.1));
  }

  @Test
  void anotherSeedHoldsOutOthers() {
    HeldOutCells some = new HeldOutCells(new Draws(1));
    HeldOutCells others = new HeldOutCells(new Draws(2));
    int different = 0;
    for (int longitude = -178; longitude < 180; longitude += 4) {
      different += some.contains(10, longitude) == others.contains(10, longitude) ? 0 : 1;
    }
    assertThat(different).isPositive();
  }
}
