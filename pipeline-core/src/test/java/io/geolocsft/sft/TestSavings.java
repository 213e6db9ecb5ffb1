package io.geolocsft.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.training.Optimization;
import io.geolocsft.training.OptimizerStep;
import io.geolocsft.training.PhaseClock;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TokenPass;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What saves work or memory changes neither loss nor gradients. */
class TestSavings {

  private static final double TOLERANCE = 1e-5;
  private static final int STEPS = 100;
  private static final Savings NONE = new Savings(false, false, Long.MAX_VALUE);

  // Far beyond the sliding window of 4, so that prefix and rows meet in every kind of layer.
  private static final int PROMPT = 45;

  private record Outcome(double loss, Map<String, float[]> gradients) {}

  static Stream<Savings> savings() {
    return Stream.of(
        new Savings(true, false, Long.MAX_VALUE),
        new Savings(false, true, Long.MAX_VALUE),
        new Savings(false, false, 3L * SmallGemma.WORDS),
        new Savings(true, true, SmallGemma.WORDS),
        Savings.USUAL);
  }

  @BeforeAll
  static void loadEngineOnThisThread() {
    assertThat(SmallGemma.liveArrays()).isNotNegative();
  }

  /** The paper's layout: a long prompt that all rows share, then the image, then the answer. */
  private static List<TrainingExample> promptFirst() {
    List<TrainingExample> examples = new ArrayList<>();
    int[] prompt = new Random(1).ints(PROMPT, 1, 30).toArray();
    for (int number = 0; number < 4; number++) {
      int target = 2 + number;
      int[] tokens = Arrays.copyOf(prompt, PROMPT + SmallGemma.IMAGE_TOKENS + 1 + target);
      Arrays.fill(tokens, PROMPT, PROMPT + SmallGemma.IMAGE_TOKENS, SmallGemma.IMAGE_TOKEN);
      int start = PROMPT + SmallGemma.IMAGE_TOKENS + 1;
      int[] own = new Random(number).ints(target + 1, 1, 30).toArray();
      System.arraycopy(own, 0, tokens, start - 1, own.length);
      examples.add(new TrainingExample("image " + number, tokens, start, "", "hash" + number));
    }
    return examples;
  }

  /** Rows of text alone, longer than the sliding window. */
  private static List<TrainingExample> text() {
    List<TrainingExample> examples = new ArrayList<>();
    for (int number = 0; number < 3; number++) {
      int[] tokens = new Random(number).ints(17 + 3 * number, 1, 30).toArray();
      examples.add(new TrainingExample("row " + number, tokens, 9, "", ""));
    }
    return examples;
  }

  private static TargetLoss loss(GemmaModel model, Savings savings) {
    return new TargetLoss(new TokenPass(model, savings, 0));
  }

  private static Outcome step(
      List<TrainingExample> examples, Savings savings, double dropout, boolean adapter)
      throws IOException {
    LoraConfig lora = new LoraConfig(3, 6, dropout, LoraConfig.ALL_LINEAR, false);
    try (GemmaModel base = SmallGemma.random(3);
        LoraAdapter pairs = LoraAdapter.create(lora, base, 5);
        GemmaModel model = adapter ? base.with(pairs) : base.trainable();
        OptimizerStep step =
            new OptimizerStep(
                Optimization.constant(1e-3),
                WireType.FLOAT32,
                model,
                adapter ? pairs.tensors() : base.weights().tensors(),
                AllReduce.SINGLE);
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      shake(adapter ? pairs.tensors() : Map.of());
      Engine.getEngine("PyTorch").setRandomSeed(11);
      MicroBatch batch =
          MicroBatch.of(
              examples,
              model.config().imageTokenId(),
              SmallTraining::pixels,
              false,
              savings.sharedPrefix());
      int targets = examples.stream().mapToInt(TrainingExample::targetTokens).sum();
      double loss = loss(model, savings).accumulate(batch, targets, 0, collector, new PhaseClock());
      Map<String, float[]> gradients = new LinkedHashMap<>();
      (adapter ? pairs.tensors() : base.weights().tensors())
          .forEach((name, tensor) -> gradients.put(name, gradient(tensor)));
      return new Outcome(loss, gradients);
    }
  }

  /** Pairs whose B is zero would hide what goes wrong in A. */
  private static void shake(Map<String, NDArray> pairs) {
    Random random = new Random(9);
    pairs.forEach(
        (name, tensor) -> {
          float[] values = new float[(int) tensor.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * 0.2f;
          }
          try (NDArray alias = tensor.stopGradient()) {
            alias.set(values);
          }
        });
  }

  private static float[] gradient(NDArray tensor) {
    try (NDArray gradient = tensor.getGradient()) {
      return gradient.toFloatArray();
    }
  }

  private static void assertSame(Outcome outcome, Outcome expected) {
    assertThat(outcome.loss()).isCloseTo(expected.loss(), offset(TOLERANCE));
    assertThat(outcome.gradients().keySet()).isEqualTo(expected.gradients().keySet());
    boolean any = false;
    for (Map.Entry<String, float[]> entry : expected.gradients().entrySet()) {
      assertThat(outcome.gradients().get(entry.getKey()))
          .as(entry.getKey())
          .containsExactly(entry.getValue(), offset((float) TOLERANCE));
      for (float value : entry.getValue()) {
        any |= Math.abs(value) > 1e-3;
      }
    }
    assertThat(any).as("some gradient is not zero").isTrue();
  }

  @ParameterizedTest
  @MethodSource("savings")
  void adaptersGetTheSameGradients(Savings savings) throws IOException {
    assertSame(step(promptFirst(), savings, 0, true), step(promptFirst(), NONE, 0, true));
  }

  @ParameterizedTest
  @MethodSource("savings")
  void rowsOfTextGetTheSameGradients(Savings savings) throws IOException {
    assertSame(step(text(), savings, 0, true), step(text(), NONE, 0, true));
  }

  /** The vision tower and the embedding as well. */
  @ParameterizedTest
  @MethodSource("savings")
  void trainedWeightsGetTheSameGradients(Savings savings) throws IOException {
    assertSame(step(promptFirst(), savings, 0, false), step(promptFirst(), NONE, 0, false));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRecomputedLayerDropsWhatItDroppedBefore(boolean shared) throws IOException {
    assertSame(
        step(promptFirst(), new Savings(shared, true, Long.MAX_VALUE), 0.3, true),
        step(promptFirst(), new Savings(shared, false, Long.MAX_VALUE), 0.3, true));
  }

  /** DJL keeps every array that nobody closes until its manager ends; a run has one for hours. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHundredStepsLeaveNoArraysBehind(boolean recomputeLayers) throws IOException {
    Savings savings = new Savings(true, recomputeLayers, SmallGemma.WORDS);
    LoraConfig lora = new LoraConfig(1, 1, 0, LoraConfig.ALL_LINEAR, false);
    try (GemmaModel base = SmallGemma.random(3);
        LoraAdapter pairs = LoraAdapter.create(lora, base, 5);
        GemmaModel model = base.with(pairs);
        OptimizerStep step =
            new OptimizerStep(
                Optimization.constant(1e-3),
                WireType.FLOAT32,
                model,
                pairs.tensors(),
                AllReduce.SINGLE);
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      MicroBatch batch =
          MicroBatch.of(
              promptFirst().subList(0, 2),
              SmallGemma.IMAGE_TOKEN,
              SmallTraining::pixels,
              false,
              savings.sharedPrefix());
      int before = 0;
      for (int i = 0; i < STEPS; i++) {
        PhaseClock clock = new PhaseClock();
        double loss = loss(model, savings).accumulate(batch, 5, i, collector, clock);
        step.update(loss, 1e-3, i, clock);
        before = i == 0 ? SmallGemma.liveArrays() : before;
      }
      assertThat(SmallGemma.liveArrays()).isEqualTo(before);
    }
  }

  @Test
  void thePromptIsReallyShared() throws IOException {
    MicroBatch batch =
        MicroBatch.of(promptFirst(), SmallGemma.IMAGE_TOKEN, SmallTraining::pixels, false, true);
    assertThat(batch.rows().tokens().prefix()).hasSize(PROMPT);
    assertThat(batch.rows().tokens().length()).isEqualTo(SmallGemma.IMAGE_TOKENS + 1 + 5);
  }
}
