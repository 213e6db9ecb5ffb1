package io.geolocsft.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.geolocsft.generate.TokenChooser.Choice;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestTokenChooser {

  private static final int DRAWS = 20_000;

  private static float[] logits(int words, long seed) {
    Random random = new Random(seed);
    float[] logits = new float[words];
    for (int i = 0; i < words; i++) {
      logits[i] = (float) (2 * random.nextGaussian());
    }
    return logits;
  }

  /** The distribution that a draw has, by sorting everything. */
  private static double[] expected(float[] logits, Sampling sampling) {
    List<Integer> order =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparing(i -> -logits[i]))
            .toList();
    double[] weights = new double[logits.length];
    int kept = sampling.topK() == 0 ? logits.length : Math.min(sampling.topK(), logits.length);
    double total = 0;
    for (int i : order.subList(0, kept)) {
      weights[i] = Math.exp(logits[i] / sampling.temperature());
      total += weights[i];
    }
    double before = 0;
    double left = 0;
    for (int i : order) {
      double weight = weights[i];
      weights[i] = before < sampling.topP() * total ? weight : 0;
      before += weight;
      left += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= left;
    }
    return weights;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1",
    "0.7, 0, 1",
    "2, 0, 1",
    "1, 3, 1",
    "1, 1, 1",
    "1, 50, 1",
    "1, 0, 0.8",
    "1, 0, 0.01",
    "0.5, 6, 0.9",
    "1.5, 4, 0.5"
  })
  void drawsFollowTheRestrictedDistribution(double temperature, int topK, double topP) {
    Sampling sampling = new Sampling(2, temperature, topK, topP, 1);
    float[] logits = logits(12, 5);
    double[] expected = expected(logits, sampling);
    TokenChooser chooser = TokenChooser.of(sampling, 1, 99);
    int[] counts = new int[logits.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[chooser.choose(logits, 0, logits.length).token()]++;
    }
    for (int token = 0; token < counts.length; token++) {
      double deviation = Math.sqrt(expected[token] * (1 - expected[token]) / DRAWS);
      assertThat(counts[token] / (double) DRAWS)
          .as("token " + token)
          .isCloseTo(expected[token], offset(5 * deviation));
    }
  }

  @Test
  void restrictionOfManyWordsEqualsTheSortedOne() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      float[] logits = logits(300, seed);
      Sampling sampling =
          new Sampling(2, 0.3 + random.nextDouble(), random.nextInt(40), random.nextDouble(), 1);
      double[] expected = expected(logits, sampling);
      TokenChooser chooser = TokenChooser.of(sampling, 1, seed);
      for (int i = 0; i < 100; i++) {
        int token = chooser.choose(logits, 0, logits.length).token();
        assertThat(expected[token]).as("seed %d, token %d", seed, token).isPositive();
      }
    }
  }

  @Test
  void firstCandidateTakesTheLikeliest() {
    float[] logits = {-1, 0, 3, 2, 3};
    Sampling hot = new Sampling(2, 100, 0, 1, 1);
    for (long seed = 0; seed < 20; seed++) {
      assertThat(TokenChooser.of(hot, 0, seed).choose(logits, 0, 5).token()).isEqualTo(2);
    }
  }

  @Test
  void probabilityIsTheModelsAtTemperatureOne() {
    float[] logits = {1, 2, 3, 500, 4};
    double total = Math.exp(1) + Math.exp(2) + Math.exp(3);
    Choice choice = TokenChooser.of(new Sampling(2, 0.1, 1, 0.5, 1), 1, 0).choose(logits, 0, 3);
    assertThat(choice.token()).isEqualTo(2);
    assertThat(choice.logProbability()).isCloseTo(3 - Math.log(total), offset(1e-6));
  }

  @Test
  void rowsAreReadFromTheirPlace() {
    float[] logits = {9, 0, 0, 0, 0, 7};
    TokenChooser chooser = TokenChooser.of(Sampling.greedy(1), 0, 0);
    assertThat(chooser.choose(logits, 3, 3).token()).isEqualTo(2);
  }

  @Test
  void excludedTokensAreNeverDrawn() {
    float[] logits = {Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY, 0};
    TokenChooser chooser = TokenChooser.of(new Sampling(2, 1, 0, 1, 1), 1, 1);
    for (int i = 0; i < 100; i++) {
      assertThat(chooser.choose(logits, 0, 4).token()).isIn(1, 3);
    }
  }

  @Test
  void logitsThatAreNoNumbersAreRefused() {
    TokenChooser chooser = TokenChooser.of(Sampling.greedy(1), 0, 0);
    assertThatThrownBy(() -> chooser.choose(new float[] {1, Float.NaN}, 0, 2))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("logits");
  }
}
