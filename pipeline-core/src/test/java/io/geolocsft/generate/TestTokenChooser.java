package io.geolocsft.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.generate.TokenChooser.Choices;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestTokenChooser {

  private static final int DRAWS = 20_000;

  private static GemmaModel model;

  @BeforeAll
  static void makeModel() {
    model = SmallGemma.random(1);
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

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
    int[] counts = new int[logits.length];
    for (long token : draw(sampling, logits, DRAWS, 99).tokens()) {
      counts[(int) token]++;
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
      for (long token : draw(sampling, logits, 100, seed).tokens()) {
        assertThat(expected[(int) token]).as("seed %d, token %d", seed, token).isPositive();
      }
    }
  }

  /** A vocabulary of many blocks, the last of which is not full. */
  @Test
  void drawsFromManyWordsFollowTheirProbabilities() {
    Sampling sampling = new Sampling(2, 1, 0, 1, 1);
    float[] logits = logits(5_000, 8);
    double[] expected = expected(logits, sampling);
    double[] counts = new double[50];
    double[] wanted = new double[50];
    for (long token : draw(sampling, logits, DRAWS, 4).tokens()) {
      counts[(int) token / 100] += 1.0 / DRAWS;
    }
    for (int token = 0; token < expected.length; token++) {
      wanted[token / 100] += expected[token];
    }
    for (int i = 0; i < counts.length; i++) {
      double deviation = Math.sqrt(wanted[i] * (1 - wanted[i]) / DRAWS);
      assertThat(counts[i]).as("words from %d00", i).isCloseTo(wanted[i], offset(5 * deviation));
    }
  }

  @Test
  void aRowWithoutADrawTakesTheLikeliest() {
    float[] logits = {-1, 0, 3, 2, 3};
    Sampling hot = new Sampling(2, 100, 0, 1, 1);
    assertThat(choose(hot, logits, TokenChooser.LIKELIEST, 0.999, TokenChooser.LIKELIEST).tokens())
        .containsExactly(2, 4, 2);
    assertThat(choose(Sampling.greedy(1), logits, TokenChooser.LIKELIEST).tokens())
        .containsExactly(2);
  }

  @Test
  void probabilityIsTheModelsAtTemperatureOne() {
    float[] logits = {1, 2, 3};
    double total = Math.exp(1) + Math.exp(2) + Math.exp(3);
    Choices choices = choose(new Sampling(2, 0.1, 1, 0.5, 1), logits, 0.7);
    assertThat(choices.tokens()).containsExactly(2);
    assertThat(choices.logProbabilities()[0])
        .isCloseTo((float) (3 - Math.log(total)), offset(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.25, 0.5, 0.75, 0.9999999999999999})
  void excludedTokensAreNeverDrawn(double draw) {
    float[] logits = {
      Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY
    };
    assertThat(choose(new Sampling(2, 1, 0, 1, 1), logits, draw).tokens()[0]).isIn(1L, 3L);
    assertThat(choose(new Sampling(2, 1, 4, 1, 1), logits, draw).tokens()[0]).isIn(1L, 3L);
  }

  /** As if the others had a logit of minus infinity, which has a test of its own. */
  @Test
  void aRowChoosesFromItsOwnSet() {
    float[] logits = {1, 2, 3, 4};
    BitSet even = BitSet.valueOf(new long[] {0b0101});
    BitSet two = BitSet.valueOf(new long[] {0b0010});
    double greedy = TokenChooser.LIKELIEST;
    Choices choices =
        choose(
            new Sampling(2, 1, 0, 1, 1),
            logits,
            List.of(even, two, even, even),
            greedy,
            greedy,
            0,
            0.9);
    assertThat(choices.tokens()).containsExactly(2, 1, 0, 2);
    float of0 = (float) -Math.log1p(Math.exp(2));
    assertThat(choices.logProbabilities())
        .containsExactly(new float[] {of0 + 2, 0, of0, of0 + 2}, offset(1e-6f));
  }

  @Test
  void logitsThatAreNoNumbersAreRefused() {
    assertThatThrownBy(
            () -> choose(Sampling.greedy(1), new float[] {1, Float.NaN}, TokenChooser.LIKELIEST))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("logits");
  }

  private static Choices draw(Sampling sampling, float[] logits, int rows, long seed) {
    return choose(sampling, logits, new Random(seed).doubles(rows).toArray());
  }

  /** All rows choose from the same logits. */
  private static Choices choose(Sampling sampling, float[] logits, double... draws) {
    return choose(sampling, logits, List.of(), draws);
  }

  private static Choices choose(
      Sampling sampling, float[] logits, List<BitSet> allowed, double... draws) {
    try (NDManager scope = model.newScope();
        TokenChooser chooser = new TokenChooser(scope, model.kernels(), sampling)) {
      NDArray row = scope.create(logits, new Shape(1, logits.length));
      return chooser.choose(row.repeat(0, draws.length), draws, allowed);
    }
  }
}
