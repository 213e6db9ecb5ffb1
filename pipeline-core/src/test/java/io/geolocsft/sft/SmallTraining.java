package io.geolocsft.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.training.Checkpoints;
import io.geolocsft.training.FeatureCache;
import io.geolocsft.training.LearningRateSchedule;
import io.geolocsft.training.Optimization;
import io.geolocsft.training.Savings;
import io.geolocsft.training.StepLog;
import io.geolocsft.training.TrainingExample;
import io.geolocsft.training.Validation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** Training runs of a small Gemma over made-up rows. */
public final class SmallTraining {

  private SmallTraining() {}

  /** What differs between the tests. */
  record Run(
      int examples, int batch, int microBatch, int epochs, double dropout, Validation validation) {

    Run(int examples, int batch, int microBatch, int epochs, double dropout) {
      this(examples, batch, microBatch, epochs, dropout, Validation.NONE);
    }

    Run with(int microBatch) {
      return new Run(examples, batch, microBatch, epochs, dropout, validation);
    }

    Run with(Validation validation) {
      return new Run(examples, batch, microBatch, epochs, dropout, validation);
    }

    TrainingSettings settings(boolean lora) {
      LoraConfig config = new LoraConfig(2, 4, dropout, LoraConfig.ALL_LINEAR, false);
      return new TrainingSettings(
          lora ? Optional.of(config) : Optional.empty(),
          new Optimization(1e-2, LearningRateSchedule.COSINE, 1, 1, 0.01, 0.9, 0.999, 1e-8),
          epochs,
          batch,
          microBatch,
          validation,
          Math.max(1, epochs / 2),
          7,
          WireType.FLOAT32,
          Savings.USUAL);
    }

    List<TrainingExample> rows() {
      return IntStream.range(0, examples).mapToObj(SmallTraining::example).toList();
    }
  }

  record Result(List<Double> losses, Map<String, float[]> tensors) {}

  /** Rows of several lengths, each with one image. */
  static TrainingExample example(int number) {
    Random random = new Random(number);
    int before = 1 + random.nextInt(3);
    int target = 2 + random.nextInt(4);
    int[] tokens = random.ints(before + SmallGemma.IMAGE_TOKENS + target, 1, 30).toArray();
    Arrays.fill(tokens, before, before + SmallGemma.IMAGE_TOKENS, SmallGemma.IMAGE_TOKEN);
    return new TrainingExample(
        "image-" + number,
        tokens,
        before + SmallGemma.IMAGE_TOKENS,
        "photos/" + number + ".jpg",
        "hash" + number);
  }

  static float[][] pixels(TrainingExample example) {
    Random random = new Random(example.sha256().hashCode());
    float[][] pixels = new float[example.views()][SmallGemma.PIXELS];
    for (float[] view : pixels) {
      for (int i = 0; i < view.length; i++) {
        view[i] = random.nextFloat() * 2 - 1;
      }
    }
    return pixels;
  }

  static Result train(Run run, Optional<FeatureCache> cache, Checkpoints checkpoints)
      throws IOException {
    return train(run, cache, checkpoints, AllReduce.SINGLE, report -> {});
  }

  static Result train(
      Run run,
      Optional<FeatureCache> cache,
      Checkpoints checkpoints,
      AllReduce allReduce,
      StepLog<StepReport> observer)
      throws IOException {
    List<Double> losses = new ArrayList<>();
    try (GemmaModel base = SmallGemma.random(3);
        Trainer trainer = new Trainer(run.settings(true), base, SmallTraining::pixels, allReduce)) {
      trainer.train(
          run.rows(),
          cache,
          checkpoints,
          report -> {
            losses.add(report.loss());
            observer.append(report);
          });
      return new Result(losses, values(trainer.adapter().orElseThrow().tensors()));
    }
  }

  /** The tensors as they are after one of the steps. */
  static Map<String, float[]> after(int step, Run run, Checkpoints checkpoints) throws IOException {
    Map<String, float[]> seen = new LinkedHashMap<>();
    try (GemmaModel base = SmallGemma.random(3);
        Trainer trainer =
            new Trainer(run.settings(true), base, SmallTraining::pixels, AllReduce.SINGLE)) {
      trainer.train(
          run.rows(),
          Optional.empty(),
          checkpoints,
          report -> {
            if (report.step() == step) {
              seen.putAll(values(trainer.adapter().orElseThrow().tensors()));
            }
          });
    }
    return seen;
  }

  static Map<String, float[]> values(Map<String, NDArray> tensors) {
    Map<String, float[]> values = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> values.put(name, tensor.toFloatArray()));
    return values;
  }

  static void assertClose(Result actual, Result expected) {
    assertThat(actual.losses()).hasSameSizeAs(expected.losses());
    for (int i = 0; i < expected.losses().size(); i++) {
      assertThat(actual.losses().get(i))
          .as("loss of step " + i)
          .isCloseTo(expected.losses().get(i), offset(1e-5));
    }
    expected
        .tensors()
        .forEach(
            (name, values) ->
                assertThat(actual.tensors().get(name))
                    .as(name)
                    .containsExactly(values, offset(1e-4f)));
  }

  static void assertEqual(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, values) -> assertThat(actual.get(name)).as(name).isEqualTo(values));
  }
}
