package io.geolocsft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GoldenCase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Equal to PEFT on small random models. The files are made by src/test/python/make_goldens.py. */
class TestLoraGoldens {

  private static final String GRADIENT = "gradient.base_model.model.";

  static List<GoldenCase> cases() {
    return GoldenCase.all();
  }

  static List<GoldenCase> gradientCases() {
    return cases().stream().filter(golden -> !golden.namesAfter(GRADIENT).isEmpty()).toList();
  }

  @Test
  void everyCaseIsRead() {
    assertThat(cases()).hasSize(8);
    assertThat(gradientCases())
        .extracting(GoldenCase::name)
        .containsExactly("text_only", "long", "image_two", "image_ragged", "newer");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsWithAnAdapterOfPeftEqualPeft(GoldenCase golden) throws IOException {
    try (GemmaModel base = load(golden);
        LoraAdapter adapter = PeftFiles.load(golden.adapterFolder(), base);
        GemmaModel model = base.with(adapter);
        NDManager scope = model.newScope()) {
      NDArray features = golden.imageFeatures(model, scope);
      NDArray hidden = model.hiddenStates(scope, golden.batch(model.config()), features, false);
      assertThat(model.logits(hidden, scope.create(golden.cells())).toFloatArray())
          .containsExactly(golden.logitsAtCells("adapter_logits"), offset(1e-4f));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossWithAnAdapterEqualsPeft(GoldenCase golden) throws IOException {
    try (GemmaModel base = load(golden);
        LoraAdapter adapter = PeftFiles.load(golden.adapterFolder(), base);
        GemmaModel model = base.with(adapter);
        NDManager scope = model.newScope()) {
      assertThat(loss(model, golden, scope, false).getFloat())
          .isCloseTo(golden.floats("adapter_loss")[0], offset(1e-5f));
    }
  }

  @ParameterizedTest
  @MethodSource("gradientCases")
  void gradientsEqualPeft(GoldenCase golden) throws IOException {
    try (GemmaModel base = load(golden);
        LoraAdapter adapter = PeftFiles.load(golden.adapterFolder(), base);
        GemmaModel model = base.with(adapter);
        NDManager scope = model.newScope();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      Map<String, NDArray> tensors = adapter.tensors();
      tensors.values().forEach(tensor -> tensor.setRequiresGradient(true));
      collector.backward(loss(model, golden, scope, true));
      assertThat(tensors.keySet().stream().map(TestLoraGoldens::inMemory))
          .containsExactlyInAnyOrderElementsOf(golden.namesAfter(GRADIENT));
      tensors.forEach(
          (name, tensor) ->
              assertThat(
                      relativeDistance(
                          tensor.getGradient(), golden.floats(GRADIENT + inMemory(name))))
                  .as("gradient of " + name)
                  .isLessThan(1e-3));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSavedAdapterIsReadBackUnchanged(GoldenCase golden, @TempDir Path folder)
      throws IOException {
    try (GemmaModel base = load(golden);
        LoraAdapter adapter = PeftFiles.load(golden.adapterFolder(), base)) {
      PeftFiles.save(adapter, folder, "base", Map.of());
      try (LoraAdapter again = PeftFiles.load(folder, base)) {
        assertThat(again.config()).isEqualTo(adapter.config());
        assertThat(again.tensors().keySet()).isEqualTo(adapter.tensors().keySet());
        adapter
            .tensors()
            .forEach(
                (name, tensor) ->
                    assertThat(again.tensors().get(name).toFloatArray())
                        .as(name)
                        .isEqualTo(tensor.toFloatArray()));
      }
    }
  }

  private static GemmaModel load(GoldenCase golden) throws IOException {
    return GemmaModel.load(golden.modelFolder(), Device.cpu(), DataType.FLOAT32);
  }

  private static NDArray loss(GemmaModel model, GoldenCase golden, NDManager scope, boolean train) {
    NDArray features = golden.imageFeatures(model, scope);
    NDArray hidden = model.hiddenStates(scope, golden.batch(model.config()), features, train);
    GoldenCase.Targets targets = golden.targets();
    NDArray sum =
        model.lossSum(hidden, scope.create(targets.at()), scope.create(targets.tokens()), train);
    return sum.div(targets.at().length);
  }

  /** The name that transformers has in memory, and so PEFT in its file. */
  private static String inMemory(String name) {
    return name.replaceFirst("^language_model\\.model\\.", "model.language_model.");
  }

  private static double relativeDistance(NDArray gradient, float[] expected) {
    float[] values = gradient.toFloatArray();
    assertThat(values).hasSameSizeAs(expected);
    double norm =
        Math.sqrt(
            IntStream.range(0, expected.length)
                .mapToDouble(i -> (double) expected[i] * expected[i])
                .sum());
    double difference =
        Math.sqrt(
            IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.pow(values[i] - expected[i], 2))
                .sum());
    return difference / norm;
  }
}
