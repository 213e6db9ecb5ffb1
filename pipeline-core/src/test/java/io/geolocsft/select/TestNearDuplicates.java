package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.geolocsft.select.NearDuplicates.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestNearDuplicates {

  @Test
  void keepsBothEndsOfARowOfOverlappingViews() {
    List<Pair> row = List.of(pair(1, 2, 3), pair(2, 3, 2), pair(3, 4, 1));
    assertThat(NearDuplicates.reject(row, 1))
        .containsOnlyKeys(image(2), image(4))
        .containsEntry(image(2), pair(1, 2, 3))
        .containsEntry(image(4), pair(3, 4, 1));
  }

  @Test
  void keepsAsManyAsAllowedAndNamesTheMostSimilar() {
    List<Pair> all = List.of(pair(1, 2, 4), pair(1, 3, 4), pair(2, 3, 1), pair(1, 3, 4));
    assertThat(NearDuplicates.reject(all, 1)).containsOnlyKeys(image(2), image(3));
    assertThat(NearDuplicates.reject(all, 2))
        .containsExactly(java.util.Map.entry(image(3), pair(2, 3, 1)));
    assertThat(NearDuplicates.reject(all, 3)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void agreesWithGoingThroughAllImages(long seed) {
    Random random = new Random(seed);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int a = random.nextInt(120);
      int b = random.nextInt(120);
      if (a != b) {
        pairs.add(pair(Math.min(a, b), Math.max(a, b), random.nextInt(5)));
      }
    }
    for (int max = 1; max <= 3; max++) {
      Set<Integer> rejected = new HashSet<>();
      for (int image = 0; image < 120; image++) {
        Set<KeepOrder> kept = new HashSet<>();
        for (Pair pair : pairs) {
          if (pair.second().equals(image(image)) && !rejected.contains((int) pair.first().key())) {
            kept.add(pair.first());
          }
        }
        if (kept.size() >= max) {
          rejected.add(image);
        }
      }
      Collections.shuffle(pairs, random);
      assertThat(NearDuplicates.reject(pairs, max).keySet())
          .as("seed %d", seed)
          .extracting(image -> (int) image.key())
          .containsExactlyInAnyOrderElementsOf(rejected);
    }
  }

  @Test
  void ordersBySizeSharpnessKeyAndId() {
    List<KeepOrder> order =
        List.of(
            new KeepOrder(100, 1, 9, "z"),
            new KeepOrder(50, 3, 9, "z"),
            new KeepOrder(50, 2, -5, "z"),
            new KeepOrder(50, 2, 5, "a"),
            new KeepOrder(50, 2, 5, "b"));
    List<KeepOrder> shuffled = new ArrayList<>(order);
    Collections.shuffle(shuffled, new Random(1));
    assertThat(shuffled.stream().sorted().toList()).isEqualTo(order);
    assertThatIllegalArgumentException().isThrownBy(() -> new Pair(order.get(1), order.get(0), 1));
  }

  private static KeepOrder image(int number) {
    return new KeepOrder(1, 1, number, "id" + number);
  }

  private static Pair pair(int first, int second, int bits) {
    return new Pair(image(first), image(second), bits);
  }
}
