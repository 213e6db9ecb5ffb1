package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.collect.ImmutableList;
import io.geolocsft.select.NearDuplicates.Pair;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestNearDuplicates {

  @Test
  void keepsBothEndsOfARowOfOverlappingViews() {
    List<Pair> row = List.of(new Pair(1, 2, 3), new Pair(2, 3, 2), new Pair(3, 4, 1));
    assertThat(rejected(row, 1)).containsExactly(new Pair(1, 2, 3), new Pair(3, 4, 1));
  }

  @Test
  void keepsAsManyAsAllowedAndNamesTheMostSimilar() {
    List<Pair> all =
        List.of(new Pair(1, 2, 4), new Pair(1, 3, 4), new Pair(1, 3, 4), new Pair(2, 3, 1));
    assertThat(rejected(all, 1)).containsExactly(new Pair(1, 2, 4), new Pair(1, 3, 4));
    assertThat(rejected(all, 2)).containsExactly(new Pair(2, 3, 1));
    assertThat(rejected(all, 3)).isEmpty();
    assertThat(rejected(List.of(new Pair(0, 9, 2), new Pair(5, 9, 2)), 1))
        .containsExactly(new Pair(0, 9, 2));
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
        pairs.add(new Pair(Math.min(a, b), Math.max(a, b), Math.abs(a - b) % 5));
      }
    }
    pairs.sort(Comparator.comparingLong(Pair::second).thenComparingLong(Pair::first));
    for (int max = 1; max <= 3; max++) {
      Set<Long> expected = new HashSet<>();
      for (long image = 0; image < 120; image++) {
        Set<Long> kept = new HashSet<>();
        for (Pair pair : pairs) {
          if (pair.second() == image && !expected.contains(pair.first())) {
            kept.add(pair.first());
          }
        }
        if (kept.size() >= max) {
          expected.add(image);
        }
      }
      assertThat(rejected(pairs, max))
          .as("seed %d", seed)
          .extracting(Pair::second)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  /** Of a drive each frame looks like the next hundred: pairs are made as they are asked for. */
  @Test
  void pairsPassBy() {
    int frames = 100_000;
    var pairs =
        LongStream.range(1, frames)
            .boxed()
            .flatMap(
                second ->
                    LongStream.range(Math.max(0, second - 100), second)
                        .mapToObj(first -> new Pair(first, second, 1)))
            .iterator();
    List<Pair> rejected = ImmutableList.copyOf(NearDuplicates.rejected(pairs, 1));
    assertThat(rejected).hasSize(frames - (frames + 100) / 101);
    assertThat(rejected).extracting(Pair::second).doesNotContain(0L, 101L, 202L);
  }

  @Test
  void pairsMustBeInOrder() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Pair(1, 1, 0));
    List<Pair> unsorted = List.of(new Pair(1, 3, 0), new Pair(1, 2, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> rejected(unsorted, 1));
  }

  private static List<Pair> rejected(List<Pair> pairs, int max) {
    return ImmutableList.copyOf(NearDuplicates.rejected(pairs.iterator(), max));
  }
}
