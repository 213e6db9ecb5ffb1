package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestHashBands {

  private static final long SEED = 17;

  /** Few images take exact bands, many take flipped bits: neither may miss a near pair. */
  @ParameterizedTest
  @CsvSource({
    "0, 10",
    "1, 10",
    "3, 1000",
    "4, 20000",
    "4, 50000000",
    "5, 100000000",
    "7, 1000000",
    "10, 100",
    "10, 1000000",
    "16, 100",
    "16, 1000000"
  })
  void everyNearPairMeets(int bits, long images) {
    HashBands bands = HashBands.of(bits, images);
    Random random = new Random(SEED);
    for (int i = 0; i < 2_000; i++) {
      long hash = random.nextLong();
      long other = hash;
      for (int flips = random.nextInt(bits + 1); flips > 0; flips--) {
        other ^= 1L << random.nextInt(64);
      }
      Set<Long> keys = Arrays.stream(bands.keys(hash)).boxed().collect(Collectors.toSet());
      assertThat(Arrays.stream(bands.probes(other)).anyMatch(keys::contains))
          .as("seed %d, %016x and %016x", SEED, hash, other)
          .isTrue();
      assertThat(bands.probes(hash)).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 600000", "4, 600000", "7, 600000"})
  void strangersHardlyEverMeet(int bits, long images) {
    HashBands bands = HashBands.of(bits, images);
    Random random = new Random(SEED);
    Set<Long> keys =
        Arrays.stream(random.longs(20_000).toArray())
            .flatMap(hash -> Arrays.stream(bands.keys(hash)))
            .boxed()
            .collect(Collectors.toSet());
    long meetings =
        random
            .longs(1_000)
            .flatMap(hash -> Arrays.stream(bands.probes(hash)))
            .filter(keys::contains)
            .count();
    assertThat(meetings / 1_000.0 / 20_000 * images).isLessThan(1_500);
  }

  @Test
  void countsBits() {
    assertThat(HashBands.distance(0, -1)).isEqualTo(64);
    assertThat(HashBands.distance(5, 6)).isEqualTo(2);
    assertThatIllegalArgumentException().isThrownBy(() -> HashBands.of(17, 1));
  }
}
