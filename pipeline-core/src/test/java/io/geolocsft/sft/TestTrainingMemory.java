package io.geolocsft.sft;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.gemma.config.TextConfig;
import io.geolocsft.gemma.config.TextConfig.LayerType;
import io.geolocsft.gemma.config.VisionConfig;
import io.geolocsft.grpo.PolicyMemory;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TrainingExample;
import io.geolocsft.training.TrainingMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestTrainingMemory {

  private static final LoraConfig LORA = new LoraConfig(16, 32, 0, LoraConfig.ALL_LINEAR, false);
  private static final double GIB = 1 << 30;

  private static GemmaConfig gemma(
      int words, int hidden, int intermediate, int layers, int heads, int keys, int headDim) {
    List<LayerType> types =
        IntStream.range(0, layers)
            .mapToObj(i -> i % 6 == 5 ? LayerType.FULL_ATTENTION : LayerType.SLIDING_ATTENTION)
            .toList();
    TextConfig text =
        new TextConfig(
            words,
            hidden,
            intermediate,
            layers,
            heads,
            keys,
            headDim,
            headDim,
            1e-6,
            1024,
            types,
            1e6,
            8,
            1e4,
            OptionalDouble.empty());
    // SigLIP of 400 million parameters, as all released models have it.
    VisionConfig vision = new VisionConfig(1152, 4304, 27, 16, 896, 14, 1e-6, 256);
    return new GemmaConfig(text, Optional.of(vision), 262_144);
  }

  /** The geometries of the released config.json files. */
  private enum Released {
    B4(gemma(262_208, 2560, 10_240, 34, 8, 4, 256)),
    B12(gemma(262_208, 3840, 15_360, 48, 16, 8, 256)),
    B27(gemma(262_208, 5376, 21_504, 62, 32, 16, 128));

    private final GemmaConfig config;

    Released(GemmaConfig config) {
      this.config = config;
    }
  }

  @Test
  void weightsAndAdapterOfALoadedModelAreAsCalculated() {
    LoraConfig lora = new LoraConfig(3, 6, 0, List.of("q_proj", "down_proj"), false);
    try (GemmaModel model = SmallGemma.random(3);
        LoraAdapter adapter = LoraAdapter.create(lora, model, 7)) {
      TrainingMemory memory =
          TrainingMemory.of(model.config(), DataType.FLOAT32, lora, Savings.USUAL, 1, 10, 5);
      assertThat(memory.weights()).isEqualTo(bytes(model.weights().tensors().values()));
      assertThat(memory.adapter()).isEqualTo(6 * bytes(adapter.tensors().values()));
      assertThat(memory.logits()).isEqualTo(5L * SmallGemma.WORDS * 12);
    }
  }

  private static long bytes(Collection<NDArray> arrays) {
    return arrays.stream().mapToLong(array -> array.size() * Float.BYTES).sum();
  }

  /** By what the process takes more for more rows. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void activationsAreNearWhatIsMeasured(boolean recompute) throws IOException {
    GemmaConfig config = gemma(64, 128, 512, 6, 4, 2, 32);
    GemmaConfig text = new GemmaConfig(config.text(), Optional.empty(), 64);
    Savings savings = new Savings(false, recompute, Savings.USUAL_LOGITS);
    int few = 8;
    int many = recompute ? 64 : 32;
    try (GemmaModel model = GemmaModel.of(text, GemmaWeights.random(text, Device.cpu(), 3));
        LoraStep step = new LoraStep(model, LORA, savings)) {
      long calculated = activations(text, savings, many) - activations(text, savings, few);
      peak(step, few);
      long measured = Long.MAX_VALUE;
      // What else the process does meanwhile takes memory, too, but not every time.
      for (int round = 0; round < 3 && measured > 1.4 * calculated; round++) {
        // Few first: what they have left does not hide what many take.
        long least = peak(step, few);
        measured = Math.min(measured, peak(step, many) - least);
      }
      assertThat((double) measured / calculated)
          .as("measured %,d, calculated %,d", measured, calculated)
          .isBetween(0.6, 1.4);
    }
  }

  private static long activations(GemmaConfig config, Savings savings, int rows) {
    return TrainingMemory.of(config, DataType.FLOAT32, LORA, savings, rows, 512, 8).activations();
  }

  /** The most memory that the process has had during a step. */
  private static long peak(LoraStep step, int rows) throws IOException {
    List<TrainingExample> examples = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int[] tokens = new Random(row).ints(512, 1, 60).toArray();
      examples.add(new TrainingExample("row " + row, tokens, 504, "", ""));
    }
    // Makes the kernel begin anew with its highest figure.
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    step.run(examples, example -> new float[0][]);
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  /** What conf/README.md says of the released models. */
  @ParameterizedTest
  @ValueSource(strings = {"4B", "12B", "27B"})
  void theReadmesTableIsCalculated(String name) throws IOException {
    String line = line(name, Released.valueOf("B" + name.replace("B", "")).config);
    assertThat(Files.readString(Path.of("..", "conf", "README.md"))).contains(line);
  }

  /** What conf/geolocsft-12b.yaml says of training by rewards. */
  @Test
  void theRecipesMemoryOfRewardsIsCalculated() throws IOException {
    PolicyMemory memory =
        new PolicyMemory(
            Released.B12.config, DataType.BFLOAT16, new Savings(true, true, Savings.USUAL_LOGITS));
    String line =
        String.format(
            Locale.ROOT,
            "# %.1f GiB to draw answers for 2 images, %.1f GiB to learn from those of one",
            memory.drawing(2, 0, 600, 8, 1024) / GIB,
            memory.learning(1, 0, 600 + 8 * 1024, 8 * 1024) / GIB);
    assertThat(Files.readString(Path.of("..", "conf", "geolocsft-12b.yaml"))).contains(line);
  }

  private static String line(String name, GemmaConfig config) {
    Savings kept = Savings.USUAL;
    Savings recomputed = new Savings(true, true, Savings.USUAL_LOGITS);
    TrainingMemory one = memory(config, kept, 1);
    TrainingMemory lean = memory(config, recomputed, 1);
    long adapter = TrainingMemory.parameters(config, LORA);
    return String.format(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f | %.2f | %s | %s | %.0f | %.1f |",
        name,
        one.weights() / GIB,
        lean.adapter() / GIB,
        one.activations() / GIB,
        lean.activations() / GIB,
        rows(config, kept),
        rows(config, recomputed),
        Math.ceil(6 + 16 * adapter / GIB),
        12 * adapter / GIB);
  }

  private static TrainingMemory memory(GemmaConfig config, Savings savings, int rows) {
    return TrainingMemory.of(config, DataType.BFLOAT16, LORA, savings, rows, 1500, 200);
  }

  /** The largest power of two of rows on GPUs of 24, 48 and 80 GB, a tenth left free. */
  private static String rows(GemmaConfig config, Savings savings) {
    return IntStream.of(24, 48, 80)
        .mapToObj(
            size -> {
              int rows = 0;
              for (int next = 1;
                  next <= 64 && memory(config, savings, next).total() < 0.9e9 * size;
                  next *= 2) {
                rows = next;
              }
              return rows == 0 ? "-" : String.valueOf(rows);
            })
        .reduce((left, right) -> left + " / " + right)
        .orElseThrow();
  }
}
