package io.geolocsft.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What 64 candidates of one seed draw: 1,000 numbers each. */
class TestCandidateStreams {

  private static final int CANDIDATES = 64;
  private static final int DRAWS = 1000;
  private static final int LAGS = 8;

  private static double[][] draws(long seed) {
    return Generator.streams(seed, CANDIDATES).stream()
        .map(stream -> stream.doubles(DRAWS).toArray())
        .toArray(double[][]::new);
  }

  /**
   * Over 8,128 ordered pairs and lags up to 8 the greatest of as many independent correlations, of
   * standard deviation 0.032, lies near 0.14; streams that are shifted against each other have 1.
   */
  @ParameterizedTest
  @ValueSource(longs = {0, 42, -7, 0x9E3779B97F4A7C15L})
  void noStreamFollowsAnother(long seed) {
    double[][] draws = draws(seed);
    double greatest = 0;
    for (int a = 0; a < CANDIDATES; a++) {
      for (int b = 0; b < CANDIDATES; b++) {
        for (int lag = a == b ? 1 : 0; lag <= LAGS; lag++) {
          greatest = Math.max(greatest, Math.abs(correlation(draws[a], draws[b], lag)));
        }
      }
    }
    assertThat(greatest).isLessThan(0.2);
  }

  /** Of uniform numbers, whose mean and variance are known. */
  private static double correlation(double[] a, double[] b, int lag) {
    double sum = 0;
    for (int i = lag; i < DRAWS; i++) {
      sum += (a[i] - 0.5) * (b[i - lag] - 0.5);
    }
    return 12 * sum / (DRAWS - lag);
  }

  /**
   * Pairs of a candidate's draw and its successor's next or last are spread evenly over 10 by 10
   * fields: chi-square with 99 degrees of freedom, of which 180 leaves less than one in a million.
   */
  @Test
  void pairsOfNeighboursAreSpreadEvenly() {
    double[][] draws = draws(1);
    for (int shift : new int[] {-1, 0, 1}) {
      int[] fields = new int[100];
      int pairs = 0;
      for (int k = 1; k < CANDIDATES; k++) {
        for (int i = 1; i < DRAWS - 1; i++) {
          int field = 10 * (int) (10 * draws[k - 1][i]) + (int) (10 * draws[k][i + shift]);
          fields[field]++;
          pairs++;
        }
      }
      double expected = pairs / 100.0;
      double chiSquare =
          IntStream.of(fields).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
      assertThat(chiSquare).as("shift %d", shift).isLessThan(180);
    }
  }

  @Test
  void noNumberTurnsUpTwice() {
    Set<Long> seen = new HashSet<>();
    for (long seed = 0; seed < 8; seed++) {
      for (SplittableRandom stream : Generator.streams(seed, CANDIDATES)) {
        assertThat(stream.longs(100).allMatch(seen::add)).isTrue();
      }
    }
    assertThat(seen).hasSize(8 * CANDIDATES * 100);
  }

  /** More candidates leave the first ones as they are. */
  @Test
  void aStreamIsAFunctionOfSeedAndNumber() {
    List<SplittableRandom> few = Generator.streams(3, 4);
    List<SplittableRandom> many = Generator.streams(3, 9);
    for (int k = 0; k < few.size(); k++) {
      assertThat(few.get(k).nextLong()).isEqualTo(many.get(k).nextLong());
    }
  }
}
