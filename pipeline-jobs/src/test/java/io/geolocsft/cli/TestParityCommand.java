package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.tensor.Safetensors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TestParityCommand {

  private static final Path GOLDENS =
      Path.of("..", "pipeline-core", "src", "test", "resources", "goldens");

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int call(String line) {
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(line.split(" +"));
  }

  static List<JsonNode> cases() throws IOException {
    JsonNode manifest = new ObjectMapper().readTree(GOLDENS.resolve("cases.json").toFile());
    List<JsonNode> cases =
        StreamSupport.stream(manifest.get("cases").spliterator(), false).toList();
    assertThat(cases).hasSize(9);
    return cases;
  }

  private static String options(JsonNode golden) {
    return "--model %s --golden %s --adapter %s"
        .formatted(
            GOLDENS.resolve(golden.get("model").asText()),
            GOLDENS.resolve(golden.get("file").asText()),
            GOLDENS.resolve(golden.get("adapter").asText()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSoundModelPasses(JsonNode golden) {
    assertThat(call("parity --device cpu " + options(golden))).as(err.toString()).isZero();
    assertThat(out.toString())
        .containsPattern("\nlogits +\\S+ +\\S+ +[0-7]\\.\\d of 8\\.0 +equal +row \\d, position")
        .containsPattern("greedy_tokens +0 +0 +- +equal +(16 of 16|32 of 32|48 of 48)\n")
        .containsPattern("adapter_loss +\\S+ +\\S+ +\\d\\.\\d of 8\\.0 +equal")
        .containsPattern(
            "gradient +(\\S+ +\\S+ +\\d\\.\\d of 8\\.0 +equal +gradient\\.|- +- +- +absent)")
        .doesNotContain("missing", "different", "NaN");
    boolean images = golden.get("images").asInt() > 0;
    int absent = (images ? 0 : 2) + (hasGradients(golden) ? 0 : 1);
    assertThat(out.toString().lines().filter(line -> line.contains(" absent ")).count())
        .isEqualTo(absent);
    assertThat(out.toString().contains("the model cannot read images")).isEqualTo(!images);
    assertThat(err.toString())
        .contains(
            "Compared in float32 on the CPU: " + (8 - absent) + " outputs, all equal. ",
            "Yardsticks: transformers' float32 against its float64.");
  }

  private static boolean hasGradients(JsonNode golden) {
    return List.of("text_only", "long", "image_two", "image_ragged", "newer", "loud")
        .contains(golden.get("name").asText());
  }

  @Test
  void bfloat16IsJudgedByItsLogits() throws IOException {
    assertThat(call("parity --dtype bfloat16 " + options(cases().get(4)))).isZero();
    assertThat(out.toString())
        .containsPattern("logits_bfloat16 +\\S+ +\\S+ +\\d\\.\\d of 1\\.5 +equal");
    assertThat(err.toString())
        .contains(
            "Compared in bfloat16 on the CPU: 1 outputs, all equal.",
            "Yardsticks: transformers' bfloat16 against its float32.");
    assertThat(call("parity --dtype bfloat16 " + options(cases().get(3)))).isEqualTo(ExitCode.DATA);
    assertThat(out.toString()).containsPattern("logits_bfloat16 +- +- +- +absent");
    assertThat(err.toString()).contains("Nothing was compared", "image_one.safetensors");
  }

  @Test
  void changedLogitsAreNamed() throws IOException {
    JsonNode golden = cases().get(0);
    Path sound = GOLDENS.resolve(golden.get("file").asText());
    Path changed = folder.resolve("changed.safetensors");
    try (NDManager scope = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        Safetensors file = Safetensors.open(sound)) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      for (String name : file.entries().keySet()) {
        tensors.put(name, file.read(name, scope));
      }
      tensors.compute("logits", (name, logits) -> logits.add(0.01f));
      Safetensors.write(changed, tensors, file.metadata());
    }
    String line = "parity " + options(golden).replace(sound.toString(), changed.toString());
    assertThat(call(line)).isEqualTo(ExitCode.DATA);
    assertThat(out.toString())
        .containsPattern(
            "\nlogits +1\\.0e-02 +\\S+ +\\S+ of 8\\.0 +different +row 0, position \\d+")
        .containsPattern("adapter_logits +\\S+ +\\S+ +\\S+ of 8\\.0 +equal");
    assertThat(err.toString())
        .contains("error: The model in ")
        .containsPattern(
            "changed.safetensors: logits by \\S+ yardsticks, 8\\.0 allowed \\(row 0, position \\d+\\)\\. Check");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | --golden GOLDEN | Missing required option: '--model=DIR'",
        "2 | --model none --golden GOLDEN | --model: there is no none",
        "2 | --model MODEL --golden none | --golden: there is no none",
        "2 | --model MODEL --golden GOLDEN --adapter none | --adapter: there is no none",
        "2 | --model MODEL --golden GOLDEN --device tpu | allowed: auto, cpu, cuda",
        "2 | --model MODEL --golden GOLDEN --dtype int8 | allowed: float32, bfloat16",
        "3 | --model MODEL --golden MODEL/config.json | is not a valid safetensors file",
        "3 | --model MODEL --golden MODEL/model.safetensors | its format is pt",
        "3 | --model EMPTY --golden GOLDEN | No config.json in the model folder",
        "3 | --model OTHER --golden GOLDEN | image_two.safetensors: it has pixel_values",
        "3 | --model NEWER --golden GOLDEN | Check that the file was made for these weights",
        "3 | --model MODEL --golden GOLDEN --adapter EMPTY | adapter_config.json is missing",
        "3 | --model MODEL --golden GOLDEN --adapter TEXT | does not fit the model",
      })
  void isAnsweredInOneClearMessage(int code, String options, String message) throws IOException {
    String line =
        options
            .replace("MODEL", GOLDENS.resolve("models/multimodal").toString())
            .replace("OTHER", GOLDENS.resolve("models/text").toString())
            .replace("NEWER", GOLDENS.resolve("models/newer").toString())
            .replace("TEXT", GOLDENS.resolve("adapters/text").toString())
            .replace("GOLDEN", GOLDENS.resolve("cases/image_two.safetensors").toString())
            .replace("EMPTY", Files.createDirectory(folder.resolve("empty")).toString());
    assertThat(call("parity " + line)).as(err.toString()).isEqualTo(code);
    assertThat(err.toString()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void aGpuThatIsNotThereIsAnEnvironment() throws IOException {
    assumeThat(Engine.getEngine("PyTorch").getGpuCount()).isZero();
    assertThat(call("parity --device cuda " + options(cases().get(0))))
        .isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(err.toString()).contains("PyTorch sees no GPU");
  }

  @Test
  void helpShowsAnExample() {
    assertThat(call("parity --help")).isZero();
    assertThat(out.toString())
        .contains(
            "more than 8 yardsticks", "Example", "geolocsft parity --model /models/gemma-3-4b-it")
        .contains("--golden=FILE", "--adapter=DIR", "--device=NAME", "--dtype=NAME");
  }
}
