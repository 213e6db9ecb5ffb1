package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.PeftFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestMergeCommand {

  private static final Path GOLDENS =
      Path.of("..", "pipeline-core", "src", "test", "resources", "goldens");

  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  private int call(String line) {
    Console console = new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(line.split(" +"));
  }

  private static Path base() throws IOException {
    return GOLDENS.resolve("models/multimodal");
  }

  @Test
  void everyWrappedWeightBecomesItsSum() throws IOException {
    Path merged = folder.resolve("merged");
    String line = "merge --dtype float32 --model %s --adapter %s --output %s";
    assertThat(call(line.formatted(base(), GOLDENS.resolve("adapters/multimodal"), merged)))
        .as(err.toString())
        .isZero();
    assertThat(err.toString()).contains("Wrote " + merged);
    try (GemmaModel before = GemmaModel.load(base(), Device.cpu(), DataType.FLOAT32);
        GemmaModel after = GemmaModel.load(merged, Device.cpu(), DataType.FLOAT32);
        LoraAdapter adapter = PeftFiles.load(GOLDENS.resolve("adapters/multimodal"), before)) {
      Map<String, NDArray> pairs = adapter.tensors();
      int wrapped = 0;
      for (Map.Entry<String, NDArray> weight : before.weights().tensors().entrySet()) {
        String module = weight.getKey().replace(".weight", "");
        NDArray expected = weight.getValue();
        if (pairs.containsKey(module + ".lora_A.weight")) {
          NDArray up = pairs.get(module + ".lora_B.weight");
          NDArray down = pairs.get(module + ".lora_A.weight");
          expected = expected.add(up.matMul(down).mul(adapter.config().scale()));
          wrapped++;
        }
        assertThat(after.weights().tensors().get(weight.getKey()).toFloatArray())
            .containsExactly(expected.toFloatArray());
      }
      assertThat(wrapped).isEqualTo(pairs.size() / 2).isPositive();
    }
  }

  @Test
  void aFolderThatHoldsSomethingIsLeftAlone() throws IOException {
    Path full = Files.createDirectories(folder.resolve("full"));
    Files.writeString(full.resolve("config.json"), "mine");
    String line = "merge --model %s --adapter %s --output %s";
    assertThat(call(line.formatted(base(), GOLDENS.resolve("adapters/multimodal"), full)))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--output: " + full + " is not empty");
    assertThat(full.resolve("config.json")).hasContent("mine");
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    String line = "merge --model %s --adapter %s --output %s";
    assertThat(call(line.formatted("none", "none", folder.resolve("new")))).isEqualTo(2);
    assertThat(err.toString()).contains("--model: there is no none");
    assertThat(call(line.formatted(base(), base(), folder.resolve("new")))).isEqualTo(3);
    assertThat(err.toString()).contains("adapter_config.json is missing");
    assertThat(folder.resolve("new")).doesNotExist();
  }
}
