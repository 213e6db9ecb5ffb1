package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.failure.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestGpuCheckCommand {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int call(String line) {
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    return GeoLocSft.commandLine(StageList.standard(), console).execute(line.split(" +"));
  }

  @Test
  void withoutAGpuItSaysSo() {
    assumeThat(Engine.getEngine("PyTorch").getGpuCount()).isZero();
    assertThat(call("gpu-check")).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(err.toString()).contains("PyTorch sees no GPU", "README.md");
    assertThat(out.toString()).isEmpty();
  }

  /** All of it, on the processor. */
  @Test
  void measuresWhatItPromises() throws IOException {
    Path json = folder.resolve("gpu.json");
    int code =
        call(
            "gpu-check --device cpu --geometry tiny --dtype float32 --longest 1024 --json " + json);
    assertThat(code).as(err.toString()).isZero();
    assertThat(out.toString())
        .containsPattern("logits +0\\.0e\\+00 +1\\.0e-03 +equal")
        .containsPattern("bfloat16 logits, mean +\\S+ +\\S+ +equal")
        .containsPattern("LoRA step, 4 x 512 +\\S+ +\\S+ +\\S+ %")
        .containsPattern("decoding, 64 rows +\\S+ +\\S+ +\\S+ %")
        .containsPattern("1,024 +[0-9,]+ MiB \\([0-9,]+ by formula\\) +[0-9,]+ MiB \\(");
    JsonNode report = new ObjectMapper().readTree(json.toFile()).get("report");
    assertThat(report.get("parity")).hasSize(5);
    assertThat(report.get("memory")).hasSize(2);
    assertThat(report.get("rates")).hasSize(6);
    for (JsonNode rate : report.get("rates")) {
      assertThat(rate.get("tokens").asDouble()).isPositive();
      assertThat(rate.get("utilisation").asDouble()).isPositive();
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsToldBeforeTheWork() {
    int code =
        call("gpu-check --device cpu --geometry tiny --json " + folder.resolve("no/gpu.json"));
    assertThat(code).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(err.toString()).contains("--json", "gpu.json").doesNotContain("loading");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--device gpu",
        "--dtype float16",
        "--geometry huge",
        "--peak-tflops -1",
        "--longest 0",
        "--model none"
      })
  void wrongOptionsAreNamed(String options) {
    assertThat(call("gpu-check " + options)).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString()).contains(options.split(" ")[0]);
  }
}
