package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.google.common.base.Ascii;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.json.JsonFile;
import io.geolocsft.lora.LoraAdapter;
import io.geolocsft.lora.MergedModel;
import io.geolocsft.lora.PeftFiles;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestMergeCommand {

  private static final Path GOLDENS =
      Path.of("..", "pipeline-core", "src", "test", "resources", "goldens");

  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  private int call(String line) {
    Console console = new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(line.strip().split(" +"));
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

  @ParameterizedTest
  @CsvSource({
    "sharded, '', FLOAT32",
    "multimodal, '', BFLOAT16",
    "text, '', FLOAT16",
    "sharded, --dtype bfloat16, BFLOAT16",
    "multimodal, --dtype float32, FLOAT32",
  })
  void theCheckpointsOwnTypeIsWrittenUnlessAnotherIsAskedFor(
      String kind, String option, DataType written) throws IOException {
    Path merged = folder.resolve("merged");
    Path from = GOLDENS.resolve("models").resolve(kind);
    Path pairs = GOLDENS.resolve("adapters").resolve(kind);
    String line = "merge %s --model %s --adapter %s --output %s";
    assertThat(call(line.formatted(option, from, pairs, merged))).as(err.toString()).isZero();
    assertThat(GemmaWeights.storedType(merged)).isEqualTo(written);
    assertThat(JsonFile.read(merged.resolve("config.json")).path("torch_dtype").asText())
        .isEqualTo(Ascii.toLowerCase(written.name()));
    assertThat(err.toString())
        .contains("Wrote " + merged + " in " + Ascii.toLowerCase(written.name()));
  }

  /** Read as it is stored, summed in float32 and rounded once. */
  @Test
  void anotherTypeIsRoundedBehindTheSumAlone() throws IOException {
    String line =
        "merge --dtype %s --model "
            + GOLDENS
            + "/models/sharded --adapter "
            + GOLDENS
            + "/adapters/sharded --output %s";
    assertThat(call(line.formatted("float32", folder.resolve("wide")))).isZero();
    assertThat(call(line.formatted("bfloat16", folder.resolve("half")))).isZero();
    try (GemmaModel wide =
            GemmaModel.load(folder.resolve("wide"), Device.cpu(), DataType.BFLOAT16);
        GemmaModel half =
            GemmaModel.load(folder.resolve("half"), Device.cpu(), DataType.BFLOAT16)) {
      for (Map.Entry<String, NDArray> weight : wide.weights().tensors().entrySet()) {
        assertThat(half.weights().tensors().get(weight.getKey()).toByteBuffer())
            .isEqualTo(weight.getValue().toByteBuffer());
      }
    }
  }

  @Test
  void otherMethodsThanLoraAreRefused() throws IOException {
    Path pairs = Files.createDirectory(folder.resolve("pairs"));
    Path source = GOLDENS.resolve("adapters/multimodal");
    Files.copy(
        source.resolve("adapter_model.safetensors"), pairs.resolve("adapter_model.safetensors"));
    String config = Files.readString(source.resolve("adapter_config.json"));
    Files.writeString(
        pairs.resolve("adapter_config.json"),
        config.replace("\"init_lora_weights\": true", "\"init_lora_weights\": \"pissa\""));
    String line = "merge --model %s --adapter %s --output %s";
    assertThat(call(line.formatted(base(), pairs, folder.resolve("new")))).isEqualTo(3);
    assertThat(err.toString()).contains("init_lora_weights is \"pissa\"");
    assertThat(folder.resolve("new")).doesNotExist();
  }

  /** The paths are those of a run: {@code sft} writes the folder {@code tuned}. */
  @Test
  void theHelpNamesTheFolderThatARunMakes() {
    StringWriter out = new StringWriter();
    GeoLocSft.commandLine(
            StageList.standard(), new Console(new PrintWriter(out), new PrintWriter(err), false))
        .setOut(new PrintWriter(out))
        .execute("merge", "--help");
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("--adapter /data/runs/12b/" + Tables.TUNED + " ");
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

  /** Whether it was writing or already moving what it had written. */
  @ParameterizedTest
  @ValueSource(strings = {".merging", "."})
  void whatAnInterruptedMergeLeftIsWrittenAnew(String place) throws IOException {
    Path merged = folder.resolve("merged");
    Files.createDirectories(merged.resolve(".merging"));
    for (String name : List.of("model.safetensors", "config.json")) {
      Files.writeString(merged.resolve(place).resolve(name), "half");
    }
    String line = "merge --model %s --adapter %s --output %s";
    assertThat(call(line.formatted(base(), GOLDENS.resolve("adapters/multimodal"), merged)))
        .as(err.toString())
        .isZero();
    assertThat(merged.resolve(".merging")).doesNotExist();
    GemmaModel.load(merged, Device.cpu(), DataType.FLOAT32).close();
  }

  @Test
  void whatIsNotOfTheInterruptedMergeStays() throws IOException {
    Path merged = folder.resolve("merged");
    Files.createDirectories(merged.resolve(".merging"));
    Files.writeString(merged.resolve("notes.txt"), "mine");
    String line = "merge --model %s --adapter %s --output %s";
    assertThat(call(line.formatted(base(), GOLDENS.resolve("adapters/multimodal"), merged)))
        .isEqualTo(2);
    assertThat(merged.resolve("notes.txt")).hasContent("mine");
  }

  /** A merge that ends before its weights are written shows no model. */
  @Test
  void aMergeThatFailsLeavesNothingThatLooksWhole() throws IOException {
    Path merged = folder.resolve("merged");
    Files.createDirectories(merged.resolve(".merging/model.safetensors"));
    try (GemmaModel base = GemmaModel.load(base(), Device.cpu(), DataType.FLOAT32);
        LoraAdapter adapter = PeftFiles.load(GOLDENS.resolve("adapters/multimodal"), base)) {
      Path from = base();
      assertThatThrownBy(() -> MergedModel.save(base, from, adapter, merged, DataType.FLOAT32))
          .isInstanceOf(IOException.class);
    }
    assertThat(merged).isDirectoryNotContaining(path -> !path.endsWith(".merging"));
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
