package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestHashTables {

  private static final long SEED = 17;

  @ParameterizedTest
  @CsvSource({
    "0, 10",
    "1, 10",
    "3, 1000",
    "4, 20000",
    "4, 50000000",
    "6, 1000",
    "6, 1000000",
    "6, 60000000",
    "10, 100",
    "10, 1000000",
    "16, 100",
    "16, 1000000"
  })
  void nearHashesShareAKey(int bits, long images) {
    HashTables tables = HashTables.of(bits, images);
    Random random = new Random(SEED);
    for (int i = 0; i < 1_000; i++) {
      long hash = random.nextLong();
      long other = flipped(hash, random.nextInt(bits + 1), random);
      Set<Long> keys = Arrays.stream(tables.keys(hash)).boxed().collect(Collectors.toSet());
      assertThat(Arrays.stream(tables.keys(other)).anyMatch(keys::contains))
          .as("seed %d, %016x and %016x", SEED, hash, other)
          .isTrue();
    }
  }

  private static long flipped(long hash, int flips, Random random) {
    long other = hash;
    for (int flip = 0; flip < flips; flip++) {
      other ^= 1L << random.nextInt(64);
    }
    return other;
  }

  /** Random ones, rows of near ones, and a crowd that shares most of its bits. */
  @ParameterizedTest
  @CsvSource({"1, 1", "3, 1", "3, 4", "6, 1", "6, 3", "12, 1", "16, 2"})
  void everyNearPairIsFoundOnce(int bits, int parts) {
    Random random = new Random(SEED);
    Set<Long> different = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      long hash = random.nextLong();
      for (int step = 0; step < 5; step++) {
        different.add(hash);
        hash = flipped(hash, random.nextInt(bits + 2), random);
      }
      different.add(random.nextLong() & 0xfffffL);
    }
    long[] hashes = different.stream().mapToLong(Long::longValue).sorted().toArray();
    Multiset<Set<Long>> expected = HashMultiset.create();
    for (int i = 0; i < hashes.length; i++) {
      for (int j = i + 1; j < hashes.length; j++) {
        if (HashTables.distance(hashes[i], hashes[j]) <= bits) {
          expected.add(Set.of(hashes[i], hashes[j]));
        }
      }
    }
    for (long count : new long[] {10, 1_000_000}) {
      assertThat(pairs(HashTables.of(bits, count), hashes, parts))
          .as("seed %d, tables for %d", SEED, count)
          .isEqualTo(expected);
    }
  }

  private static Multiset<Set<Long>> pairs(HashTables tables, long[] hashes, int parts) {
    Multiset<Set<Long>> found = HashMultiset.create();
    for (int table = 0; table < tables.count(); table++) {
      for (int part = 0; part < parts; part++) {
        int one = table;
        int wanted = part;
        long[] some =
            Arrays.stream(hashes).filter(hash -> tables.part(one, hash, parts) == wanted).toArray();
        tables.pairs(table, some).forEachRemaining(pair -> found.add(Set.of(pair[0], pair[1])));
      }
    }
    return found;
  }

  @Test
  void partsAreOfLikeSize() {
    HashTables tables = HashTables.of(6, 1_000_000);
    int[] sizes = new int[7];
    new Random(SEED).longs(70_000).forEach(hash -> sizes[tables.part(3, hash, 7)]++);
    assertThat(IntStream.of(sizes).boxed())
        .allSatisfy(size -> assertThat(size).isBetween(9_000, 11_000));
  }

  /** Ten times the hashes cost little more each. */
  @Test
  void strangersHardlyMeet() {
    assertThat(HashTables.of(6, 100_000).count()).isEqualTo(28);
    assertThat(HashTables.of(6, 1_000_000).count()).isEqualTo(28);
    assertThat(HashTables.of(6, 60_000_000).count()).isEqualTo(84);
    assertThat(HashTables.of(16, 1_000_000_000).count()).isLessThanOrEqualTo(1000);
  }

  @Test
  void countsBits() {
    assertThat(HashTables.distance(0, -1)).isEqualTo(64);
    assertThat(HashTables.distance(5, 6)).isEqualTo(2);
    assertThatIllegalArgumentException().isThrownBy(() -> HashTables.of(17, 1));
  }
}
