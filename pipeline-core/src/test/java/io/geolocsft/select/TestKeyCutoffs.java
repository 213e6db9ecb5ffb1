package io.geolocsft.select;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TestKeyCutoffs {

  @Test
  void letsThroughTheShareOfKeys() {
    KeyedOrder order = new KeyedOrder(3);
    KeyCutoffs cutoffs =
        KeyCutoffs.of(Map.of(unit(-5), 0.25, unit(7), 1.0, unit(9), 0.0, unit(11), 0.75), order);
    int[] through = new int[5];
    long[] cells = {-5, 7, 9, 11, 12};
    for (int i = 0; i < 10_000; i++) {
      byte[] id = ("image " + i).getBytes(UTF_8);
      for (int cell = 0; cell < cells.length; cell++) {
        through[cell] += cutoffs.holds("a", cells[cell], id) ? 1 : 0;
      }
    }
    assertThat(through[0]).isBetween(2_300, 2_700);
    assertThat(through[1]).isEqualTo(10_000);
    assertThat(through[2]).isZero();
    assertThat(through[3]).isBetween(7_300, 7_700);
    assertThat(through[4]).isZero();
    assertThat(cutoffs.holds("b", 7, "image 1".getBytes(UTF_8))).isFalse();
  }

  /** In 3,000 trials never fewer than asked for, and not many more. */
  @Test
  void aShareHoldsAsManyAsAskedFor() {
    for (int seed = 0; seed < 3_000; seed++) {
      KeyedOrder order = new KeyedOrder(seed);
      int wanted = 1 + seed % 20;
      KeyCutoffs cutoffs = KeyCutoffs.of(Map.of(unit(1), KeyCutoffs.share(wanted, 400)), order);
      int found = 0;
      for (int i = 0; i < 400; i++) {
        found += cutoffs.holds("a", 1, ("image " + i).getBytes(UTF_8)) ? 1 : 0;
      }
      assertThat(found).as("seed %d", seed).isBetween(wanted, 6 * wanted + 80);
    }
    assertThat(KeyCutoffs.share(5, 5)).isEqualTo(1);
    assertThat(KeyCutoffs.share(1, 10)).isEqualTo(1);
    assertThat(KeyCutoffs.share(1, 4_300)).isEqualTo(43.0 / 4_300);
  }

  private static SamplingUnit unit(long cell) {
    return new SamplingUnit("a", cell);
  }
}
