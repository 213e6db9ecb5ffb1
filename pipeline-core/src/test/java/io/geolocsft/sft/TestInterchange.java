package io.geolocsft.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.primitives.Floats;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GoldenCase;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.lora.MergedModel;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.parity.GoldenFile;
import io.geolocsft.parity.ModelOutputs;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.tensor.Safetensors;
import io.geolocsft.training.Optimization;
import io.geolocsft.training.OptimizerStep;
import io.geolocsft.training.PhaseClock;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TokenPass;
import io.geolocsft.training.TokenPass.Rows;
import io.geolocsft.training.TrainingExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is trained here goes to others: an adapter in PEFT's files, and the model that it is merged
 * into. Both stay in {@code target/interchange}, where {@code check_interchange.py} loads them with
 * peft and transformers.
 */
class TestInterchange {

  private static final Path FOLDER = Path.of("target", "interchange");
  private static final float TOLERANCE = 1e-4f;
  private static final int STEPS = 5;

  @BeforeAll
  static void loadEngineOnThisThread() throws IOException {
    Engine.getEngine("PyTorch");
    if (Files.exists(FOLDER)) {
      MoreFiles.deleteRecursively(FOLDER, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  static List<GoldenCase> cases() {
    return GoldenCase.all().stream()
        .filter(golden -> List.of("image_two", "ragged", "newer").contains(golden.name()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aTrainedAdapterIsTheSameInItsFilesAndMerged(GoldenCase golden) throws IOException {
    Path folder = Files.createDirectories(FOLDER.resolve(golden.name()));
    GoldenFile file = golden.open();
    LoraConfig config = new LoraConfig(3, 5, 0, LoraConfig.ALL_LINEAR, golden.images() == 1);
    float[] trained;
    try (GemmaModel base = load(golden.modelFolder());
        LoraAdapter adapter = LoraAdapter.create(config, base, 4);
        GemmaModel model = base.with(adapter)) {
      float[] before = logits(model, file);
      train(model, adapter, file);
      trained = logits(model, file);
      assertThat(Floats.max(difference(before, trained)))
          .as("training moved it")
          .isGreaterThan(1e-2f);
      PeftFiles.save(adapter, folder.resolve("adapter"), "base", Map.of());
      MergedModel.save(
          base, golden.modelFolder(), adapter, folder.resolve("merged"), DataType.FLOAT32);
      writeExpected(folder, file, trained, base.config().text().vocabSize());
    }
    try (GemmaModel base = load(golden.modelFolder());
        LoraAdapter adapter = PeftFiles.load(folder.resolve("adapter"), base);
        GemmaModel model = base.with(adapter)) {
      assertThat(logits(model, file)).containsExactly(trained, offset(TOLERANCE));
    }
    try (GemmaModel merged = load(folder.resolve("merged"))) {
      assertThat(logits(merged, file)).containsExactly(trained, offset(TOLERANCE));
    }
    Files.writeString(folder.resolve("base.txt"), golden.modelFolder().toString());
  }

  private static GemmaModel load(Path folder) throws IOException {
    return GemmaModel.load(folder, Device.cpu(), DataType.FLOAT32);
  }

  private static void train(GemmaModel model, LoraAdapter adapter, GoldenFile golden)
      throws IOException {
    List<int[]> rows = golden.tokens();
    List<int[]> prompts = golden.prompts();
    try (OptimizerStep step =
            new OptimizerStep(
                Optimization.constant(1e-2),
                WireType.FLOAT32,
                model,
                adapter.tensors(),
                AllReduce.SINGLE);
        NDManager scope = model.newScope();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      TokenBatch tokens = golden.batch();
      List<TrainingExample> examples =
          IntStream.range(0, rows.size())
              .mapToObj(
                  row ->
                      new TrainingExample(
                          "row " + row, rows.get(row), prompts.get(row).length, "", ""))
              .toList();
      GoldenFile.Targets targets = golden.targets();
      float[][] features = features(model, golden, scope);
      MicroBatch batch =
          new MicroBatch(
              examples,
              new Rows(List.of(), tokens, targets.at(), features, true),
              targets.tokens());
      TargetLoss targetLoss = new TargetLoss(new TokenPass(model, Savings.USUAL, 0));
      for (int i = 0; i < STEPS; i++) {
        PhaseClock clock = new PhaseClock();
        double loss = targetLoss.accumulate(batch, targets.at().length, i, collector, clock);
        step.update(loss, 1e-2, i, clock);
      }
    }
  }

  private static float[][] features(GemmaModel model, GoldenFile golden, NDManager scope)
      throws IOException {
    NDArray all = new ModelOutputs(model, golden).imageFeatures(scope);
    List<float[]> features = new ArrayList<>();
    for (int i = 0; i < golden.images(); i++) {
      features.add(all.get(i).toFloatArray());
    }
    return features.toArray(float[][]::new);
  }

  private static float[] logits(GemmaModel model, GoldenFile golden) throws IOException {
    ModelOutputs outputs = new ModelOutputs(model, golden);
    try (NDManager scope = model.newScope()) {
      return outputs.logits(outputs.hiddenStates(scope, false), golden.cells());
    }
  }

  private static float[] difference(float[] some, float[] others) {
    float[] difference = new float[some.length];
    for (int i = 0; i < some.length; i++) {
      difference[i] = Math.abs(some[i] - others[i]);
    }
    return difference;
  }

  private static void writeExpected(Path folder, GoldenFile golden, float[] logits, int words)
      throws IOException {
    try (NDManager scope = NDManager.newBaseManager()) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      List<String> inputs = new ArrayList<>(List.of("input_ids", "attention_mask"));
      if (golden.has("pixel_values")) {
        inputs.addAll(List.of("token_type_ids", "pixel_values"));
      }
      for (String name : inputs) {
        tensors.put(name, golden.tensor(name, scope));
      }
      tensors.put("logits", scope.create(logits, new Shape(logits.length / words, words)));
      Safetensors.write(folder.resolve("expected.safetensors"), tensors, Map.of());
    }
  }
}
