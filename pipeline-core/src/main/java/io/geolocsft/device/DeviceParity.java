package io.geolocsft.device;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Floats;
import io.geolocsft.device.DeviceReport.Parity;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenBatch.Padding;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.generate.Continuation;
import io.geolocsft.generate.Generator;
import io.geolocsft.generate.Sampling;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.sft.LoraStep;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Whether a device computes what the processor does, by a small random model. */
final class DeviceParity {

  private static final RandomModel GEOMETRY = RandomModel.TINY;
  private static final int[] LENGTHS = {400, 120};
  private static final int TARGETS = 20;
  private static final int NEW_TOKENS = 24;
  private static final int STEPS = 3;

  private static final double FLOAT32_TOLERANCE = 1e-3;
  private static final double LOSS_TOLERANCE = 1e-4;

  /** Rounding to bfloat16 may move a device's logits so much further than the processor's. */
  private static final double BFLOAT16_RATIO = 1.5;

  /** What a model computes. */
  private record Outputs(float[] features, float[] logits, float[] losses, float[] tokens) {}

  private final GemmaConfig config = GEOMETRY.config();
  private final List<TrainingExample> rows = new ArrayList<>();
  private final float[][] pixels = new float[LENGTHS.length][];

  DeviceParity() {
    Random random = new Random(1);
    int images = config.vision().orElseThrow().tokensPerImage();
    int side = config.vision().orElseThrow().imageSize();
    for (int row = 0; row < LENGTHS.length; row++) {
      int[] tokens = random.ints(LENGTHS[row], 0, config.imageTokenId()).toArray();
      Arrays.fill(tokens, 1, 1 + images, config.imageTokenId());
      rows.add(new TrainingExample("row " + row, tokens, LENGTHS[row] - TARGETS, "", ""));
      pixels[row] = new float[3 * side * side];
      for (int i = 0; i < pixels[row].length; i++) {
        pixels[row][i] = 2 * random.nextFloat() - 1;
      }
    }
  }

  List<Parity> compare(Device device) throws IOException {
    Path folder = Files.createTempDirectory("geolocsft");
    try {
      try (GemmaWeights weights = GemmaWeights.random(config, Device.cpu(), 1)) {
        weights.save(folder, DataType.FLOAT32, Map.of());
      }
      Outputs expected = outputs(folder, Device.cpu(), DataType.FLOAT32);
      Outputs half = outputs(folder, Device.cpu(), DataType.BFLOAT16);
      Outputs found = outputs(folder, device, DataType.FLOAT32);
      Outputs foundHalf = outputs(folder, device, DataType.BFLOAT16);
      double rounding = BFLOAT16_RATIO * mean(half.logits, expected.logits);
      return List.of(
          new Parity(
              "image features", greatest(found.features, expected.features), FLOAT32_TOLERANCE),
          new Parity("logits", greatest(found.logits, expected.logits), FLOAT32_TOLERANCE),
          new Parity(
              String.format(Locale.ROOT, "losses of %d LoRA steps", STEPS),
              greatest(found.losses, expected.losses),
              LOSS_TOLERANCE),
          new Parity("greedy tokens", greatest(found.tokens, expected.tokens), 0),
          new Parity("bfloat16 logits, mean", mean(foundHalf.logits, expected.logits), rounding));
    } finally {
      Files.deleteIfExists(folder.resolve("model.safetensors"));
      Files.delete(folder);
    }
  }

  private Outputs outputs(Path folder, Device device, DataType type) throws IOException {
    try (GemmaModel model = GemmaModel.of(config, GemmaWeights.load(folder, config, device, type));
        NDManager scope = model.newScope()) {
      int side = config.vision().orElseThrow().imageSize();
      Shape shape = new Shape(pixels.length, 3, side, side);
      NDArray features = model.imageFeatures(scope.create(Floats.concat(pixels), shape), false);
      return new Outputs(
          floats(features), logits(model, scope, features), losses(model, features), tokens(model));
    }
  }

  private static float[] floats(NDArray array) {
    try (NDArray wide = array.toType(DataType.FLOAT32, true)) {
      return wide.toFloatArray();
    }
  }

  /** Of the last position of each row. */
  private float[] logits(GemmaModel model, NDManager scope, NDArray features) {
    TokenBatch batch =
        TokenBatch.of(
            rows.stream().map(TrainingExample::tokens).toList(),
            Padding.LEFT,
            config.imageTokenId());
    NDArray hidden = model.hiddenStates(scope, batch, features, false);
    long[] last =
        IntStream.rangeClosed(1, rows.size())
            .mapToLong(row -> (long) row * batch.length() - 1)
            .toArray();
    return floats(model.logits(hidden, scope.create(last)));
  }

  private float[] losses(GemmaModel model, NDArray features) throws IOException {
    LoraConfig lora = new LoraConfig(4, 8, 0, LoraConfig.ALL_LINEAR, false);
    float[] losses = new float[STEPS];
    float[] all = floats(features);
    int each = all.length / rows.size();
    try (LoraStep step = new LoraStep(model, lora, Savings.USUAL)) {
      for (int i = 0; i < STEPS; i++) {
        losses[i] =
            (float)
                step.run(
                    rows,
                    row -> {
                      int at = rows.indexOf(row);
                      return new float[][] {Arrays.copyOfRange(all, at * each, (at + 1) * each)};
                    });
      }
    }
    return losses;
  }

  private float[] tokens(GemmaModel model) {
    List<int[]> prompts = rows.stream().map(TrainingExample::tokens).toList();
    List<Integer> tokens = new ArrayList<>();
    Generator generator = new Generator(model, Set.of(), Sampling.greedy(NEW_TOKENS));
    for (List<Continuation> answer : generator.generate(prompts, pixels, new long[rows.size()])) {
      tokens.addAll(answer.get(0).tokens());
    }
    return Floats.toArray(tokens);
  }

  private static double greatest(float[] a, float[] b) {
    return IntStream.range(0, a.length)
        .mapToDouble(i -> Math.abs((double) a[i] - b[i]))
        .reduce(0, Math::max);
  }

  private static double mean(float[] a, float[] b) {
    return IntStream.range(0, a.length)
        .mapToDouble(i -> Math.abs((double) a[i] - b[i]))
        .average()
        .orElse(0);
  }
}
