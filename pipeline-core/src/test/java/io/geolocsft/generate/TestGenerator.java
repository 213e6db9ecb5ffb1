package io.geolocsft.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Floats;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenBatch.Padding;
import io.geolocsft.gemma.config.GemmaConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestGenerator {

  private static final Set<Integer> NO_STOP = Set.of();
  private static final int NEW_TOKENS = 8;

  // Longer and shorter than the sliding window.
  private static final List<int[]> PROMPTS = List.of(prompt(1, 5), prompt(2, 1), prompt(3, 12));

  private static GemmaModel model;

  @BeforeAll
  static void makeModel() {
    model = SmallGemma.random(11);
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  private static int[] prompt(long seed, int words) {
    int[] tokens = new Random(seed).ints(SmallGemma.IMAGE_TOKENS + words + 1, 1, 30).toArray();
    Arrays.fill(tokens, 1, 1 + SmallGemma.IMAGE_TOKENS, SmallGemma.IMAGE_TOKEN);
    return tokens;
  }

  private static float[][] pixels(int images) {
    float[][] pixels = new float[images][SmallGemma.PIXELS];
    for (int image = 0; image < images; image++) {
      Random random = new Random(image);
      for (int i = 0; i < SmallGemma.PIXELS; i++) {
        pixels[image][i] = random.nextFloat() * 2 - 1;
      }
    }
    return pixels;
  }

  private static List<List<Continuation>> generate(
      Sampling sampling, Set<Integer> stopTokens, long... seeds) {
    Generator generator = new Generator(model, stopTokens, sampling);
    return generator.generate(PROMPTS, pixels(PROMPTS.size()), seeds);
  }

  private static Sampling sampled(int candidates) {
    return new Sampling(candidates, 1.3, 0, 1, NEW_TOKENS);
  }

  @Test
  void raggedBatchEqualsItsRowsOneByOne() {
    List<List<Continuation>> batch = generate(sampled(3), NO_STOP, 1, 2, 3);
    float[][] pixels = pixels(PROMPTS.size());
    Generator generator = new Generator(model, NO_STOP, sampled(3));
    for (int i = 0; i < PROMPTS.size(); i++) {
      List<Continuation> single =
          generator
              .generate(List.of(PROMPTS.get(i)), new float[][] {pixels[i]}, new long[] {i + 1})
              .get(0);
      assertThat(tokens(single)).isEqualTo(tokens(batch.get(i)));
      for (int k = 0; k < 3; k++) {
        assertThat(single.get(k).logProbability())
            .isCloseTo(batch.get(i).get(k).logProbability(), offset(1e-4));
      }
    }
  }

  /** What the prompts share is far longer than the window, and what follows it is ragged. */
  @Test
  void promptsThatShareTheirBeginningEqualEachAlone() {
    int[] shared = new Random(4).ints(50, 1, 30).toArray();
    List<int[]> prompts = new ArrayList<>();
    for (int[] own : PROMPTS) {
      int[] prompt = Arrays.copyOf(shared, shared.length + own.length);
      System.arraycopy(own, 0, prompt, shared.length, own.length);
      prompts.add(prompt);
    }
    assertThat(TokenBatch.commonPrefix(prompts, SmallGemma.IMAGE_TOKEN, 99)).isEqualTo(50);
    float[][] pixels = pixels(3);
    Generator generator = new Generator(model, NO_STOP, sampled(3));
    List<List<Continuation>> together = generator.generate(prompts, pixels, new long[] {1, 2, 3});
    for (int i = 0; i < prompts.size(); i++) {
      List<Continuation> alone =
          generator
              .generate(List.of(prompts.get(i)), new float[][] {pixels[i]}, new long[] {i + 1})
              .get(0);
      assertThat(tokens(together.get(i))).isEqualTo(tokens(alone));
      for (int k = 0; k < 3; k++) {
        assertThat(alone.get(k).logProbability())
            .isCloseTo(together.get(i).get(k).logProbability(), offset(1e-4));
      }
    }
  }

  private static List<List<Integer>> tokens(List<Continuation> candidates) {
    return candidates.stream().map(Continuation::tokens).toList();
  }

  @Test
  void firstCandidateIsGreedy() {
    List<List<Continuation>> greedy = generate(Sampling.greedy(NEW_TOKENS), NO_STOP, 1, 2, 3);
    List<List<Continuation>> sampled = generate(sampled(3), NO_STOP, 4, 5, 6);
    for (int i = 0; i < PROMPTS.size(); i++) {
      assertThat(greedy.get(i)).hasSize(1);
      assertThat(sampled.get(i)).hasSize(3);
      assertThat(sampled.get(i).get(0).tokens()).isEqualTo(greedy.get(i).get(0).tokens());
    }
  }

  @Test
  void candidatesAreAFunctionOfTheSeed() {
    List<List<Continuation>> once = generate(sampled(3), NO_STOP, 1, 2, 3);
    assertThat(generate(sampled(3), NO_STOP, 1, 2, 3)).isEqualTo(once);
    List<List<Continuation>> other = generate(sampled(3), NO_STOP, 7, 8, 9);
    for (int i = 0; i < PROMPTS.size(); i++) {
      assertThat(tokens(once.get(i))).doesNotHaveDuplicates();
      assertThat(other.get(i).get(1).tokens()).isNotEqualTo(once.get(i).get(1).tokens());
    }
  }

  @Test
  void moreCandidatesDoNotChangeTheFirstOnes() {
    List<List<Continuation>> three = generate(sampled(3), NO_STOP, 1, 2, 3);
    List<List<Continuation>> five = generate(sampled(5), NO_STOP, 1, 2, 3);
    for (int i = 0; i < PROMPTS.size(); i++) {
      assertThat(tokens(five.get(i).subList(0, 3))).isEqualTo(tokens(three.get(i)));
    }
  }

  @Test
  void answersEndAtTheLimitOrAtAStopToken() {
    List<List<Continuation>> open = generate(sampled(3), NO_STOP, 1, 2, 3);
    Set<Integer> stopTokens = Set.of(open.get(0).get(0).tokens().get(3), 17);
    List<List<Continuation>> stopped = generate(sampled(3), stopTokens, 1, 2, 3);
    for (int i = 0; i < PROMPTS.size(); i++) {
      for (int k = 0; k < 3; k++) {
        List<Integer> all = open.get(i).get(k).tokens();
        assertThat(all).hasSize(NEW_TOKENS);
        assertThat(open.get(i).get(k).complete()).isFalse();
        int end =
            IntStream.range(0, NEW_TOKENS)
                .filter(t -> stopTokens.contains(all.get(t)))
                .findFirst()
                .orElse(NEW_TOKENS);
        assertThat(stopped.get(i).get(k).tokens()).isEqualTo(all.subList(0, end));
        assertThat(stopped.get(i).get(k).complete()).isEqualTo(end < NEW_TOKENS);
      }
    }
    assertThat(stopped.get(0).get(0).complete()).isTrue();
  }

  @Test
  void oneNewTokenNeedsNoDecoding() {
    List<List<Continuation>> one = generate(Sampling.greedy(1), NO_STOP, 1, 2, 3);
    List<List<Continuation>> more = generate(Sampling.greedy(2), NO_STOP, 1, 2, 3);
    for (int i = 0; i < PROMPTS.size(); i++) {
      assertThat(one.get(i).get(0).tokens()).isEqualTo(more.get(i).get(0).tokens().subList(0, 1));
    }
  }

  @Test
  void logProbabilityIsThatOfTheWholeText() {
    List<List<Continuation>> answers = generate(sampled(2), NO_STOP, 1, 2, 3);
    Set<Integer> stop = Set.of(answers.get(1).get(1).tokens().get(4));
    Continuation stopped = generate(sampled(2), stop, 1, 2, 3).get(1).get(1);
    List<Integer> withStop = new ArrayList<>(stopped.tokens());
    withStop.addAll(stop);
    assertThat(stopped.logProbability()).isCloseTo(logProbability(1, withStop), offset(1e-3));
    for (int i = 0; i < PROMPTS.size(); i++) {
      for (Continuation answer : answers.get(i)) {
        assertThat(answer.logProbability())
            .isCloseTo(logProbability(i, answer.tokens()), offset(1e-3));
      }
    }
  }

  /** By one pass over prompt and answer without a cache. */
  private static double logProbability(int prompt, List<Integer> answer) {
    int[] start = PROMPTS.get(prompt);
    int[] row = Arrays.copyOf(start, start.length + answer.size());
    for (int i = 0; i < answer.size(); i++) {
      row[start.length + i] = answer.get(i);
    }
    try (NDManager scope = model.newScope()) {
      TokenBatch batch = TokenBatch.of(List.of(row), Padding.RIGHT, SmallGemma.IMAGE_TOKEN);
      NDArray image =
          scope.create(Floats.concat(pixels(prompt + 1)[prompt]), new Shape(1, 3, 16, 16));
      NDArray features = model.imageFeatures(image, false);
      NDArray hidden = model.hiddenStates(scope, batch, features, false);
      long[] at = LongStream.range(start.length - 1L, row.length - 1L).toArray();
      long[] targets = answer.stream().mapToLong(Integer::longValue).toArray();
      return -model.lossSum(hidden, scope.create(at), scope.create(targets), false).getFloat();
    }
  }

  @Test
  void bfloat16ModelAnswersInBatchesToo(@TempDir Path folder) throws IOException {
    GemmaConfig config = SmallGemma.config();
    model.weights().save(folder, DataType.BFLOAT16, Map.of());
    GemmaWeights weights = GemmaWeights.load(folder, config, Device.cpu(), DataType.BFLOAT16);
    try (GemmaModel half = GemmaModel.of(config, weights)) {
      List<List<Continuation>> answers =
          new Generator(half, NO_STOP, sampled(2))
              .generate(PROMPTS, pixels(PROMPTS.size()), new long[] {1, 2, 3});
      assertThat(
              new Generator(half, NO_STOP, Sampling.greedy(1))
                  .generate(Collections.nCopies(40, PROMPTS.get(0)), pixels(40), new long[40]))
          .hasSize(40);
      for (List<Continuation> candidates : answers) {
        assertThat(candidates).allMatch(answer -> answer.tokens().size() == NEW_TOKENS);
        assertThat(candidates).allMatch(answer -> answer.logProbability() < 0);
      }
    }
  }

  /** More images than go through the tower at once. */
  @Test
  void manyImagesAreAnsweredAsFewAre() {
    int many = 70;
    List<int[]> prompts = Collections.nCopies(many, PROMPTS.get(0));
    float[][] pixels = pixels(many);
    Generator generator = new Generator(model, NO_STOP, Sampling.greedy(3));
    List<List<Continuation>> together = generator.generate(prompts, pixels, new long[many]);
    for (int i : new int[] {0, 31, 32, 69}) {
      List<Continuation> alone =
          generator.generate(prompts.subList(0, 1), new float[][] {pixels[i]}, new long[1]).get(0);
      assertThat(tokens(together.get(i))).isEqualTo(tokens(alone));
      assertThat(together.get(i).get(0).logProbability())
          .isCloseTo(alone.get(0).logProbability(), offset(1e-4));
    }
  }

  @Test
  void promptsWithoutImagesAreAnswered() {
    List<int[]> prompts = List.of(new int[] {1, 2, 3}, new int[] {4});
    List<List<Continuation>> answers =
        new Generator(model, NO_STOP, Sampling.greedy(3))
            .generate(prompts, new float[0][], new long[2]);
    assertThat(answers).hasSize(2);
    assertThat(answers.get(1).get(0).tokens()).hasSize(3);
  }

  @Test
  void noPromptsGiveNoAnswers() {
    Generator generator = new Generator(model, NO_STOP, Sampling.greedy(3));
    assertThat(generator.generate(List.of(), new float[0][], new long[0])).isEmpty();
  }

  @Test
  void promptsMustFitTheirImagesAndSeeds() {
    Generator generator = new Generator(model, NO_STOP, Sampling.greedy(3));
    assertThatThrownBy(() -> generator.generate(PROMPTS, pixels(2), new long[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 image features for 12 image tokens");
    assertThatThrownBy(() -> generator.generate(PROMPTS, new float[0][], new long[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 image features for 12 image tokens");
    assertThatThrownBy(() -> generator.generate(PROMPTS, pixels(3), new long[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 prompts need a seed each, not 2");
    assertThatThrownBy(() -> generator.generate(List.of(new int[0]), new float[0][], new long[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void aThousandGenerationsLeaveNoArraysBehind() {
    generate(sampled(2), NO_STOP, 1, 2, 3);
    int before = SmallGemma.liveArrays();
    for (int i = 0; i < 1_000; i++) {
      generate(new Sampling(2, 1, 5, 0.9, 3), NO_STOP, i, 2, 3);
    }
    assertThat(SmallGemma.liveArrays()).isEqualTo(before);
  }
}
