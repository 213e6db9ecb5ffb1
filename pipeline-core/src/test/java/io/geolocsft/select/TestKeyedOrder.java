package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TestKeyedOrder {

  @Test
  void followsFromSeedAndIdAlone() {
    // Pinned: another value here would silently change every selection.
    assertThat(new KeyedOrder(42).of("image-1")).isEqualTo(-7514801050196575692L);
    assertThat(order(42)).isEqualTo(order(42)).isNotEqualTo(order(43));
  }

  @Test
  void putsEveryIdAnywhere() {
    // The first of 100 ids comes first in about 1 of 100 seeds: 10 of 1,000, standard deviation
    // 3.1.
    long first = IntStream.range(0, 1_000).filter(seed -> order(seed).get(0).equals("id0")).count();
    assertThat(first).isBetween(1L, 25L);
  }

  private static List<String> order(long seed) {
    KeyedOrder order = new KeyedOrder(seed);
    return IntStream.range(0, 100)
        .mapToObj(i -> "id" + i)
        .sorted(Comparator.comparingLong(order::of))
        .toList();
  }
}
