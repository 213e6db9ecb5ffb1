package io.geolocsft.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.util.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

/** The committed settings of Spark for clusters, and the script that finds GPUs. */
class TestSparkSettings {

  private static final Path CONF = Path.of("..", "conf");

  /** Of cluster managers whose code is not here, or open to any name. */
  private static final List<String> NOT_OURS_TO_CHECK =
      List.of(
          "spark.kubernetes.",
          "spark.yarn.appMasterEnv.",
          "spark.executorEnv.",
          "spark.executor.resource.gpu.",
          "spark.task.resource.gpu.");

  @TempDir private Path folder;

  private static Map<String, String> settings(String name) {
    Path file = CONF.resolve("spark-%s.conf".formatted(name));
    return CollectionConverters.asJava(Utils.getPropertiesFromFile(file.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"standalone", "yarn", "kubernetes"})
  void sparkKnowsEveryName(String name) {
    // Makes Spark know its own settings.
    assertThat(org.apache.spark.internal.config.package$.MODULE$).isNotNull();
    assertThat(org.apache.spark.internal.config.Network$.MODULE$).isNotNull();
    assertThat(settings(name)).hasSizeGreaterThan(12);
    assertThat(settings(name).keySet())
        .filteredOn(key -> NOT_OURS_TO_CHECK.stream().noneMatch(key::startsWith))
        .allSatisfy(key -> assertThat(ConfigEntry.findEntry(key)).as(key).isNotNull());
  }

  @ParameterizedTest
  @ValueSource(strings = {"standalone", "yarn", "kubernetes"})
  void everyRankHasAGpuAndAllStay(String name) {
    assertThat(settings(name))
        .containsEntry("spark.executor.resource.gpu.amount", "1")
        .containsEntry("spark.task.resource.gpu.amount", "1")
        .containsEntry("spark.dynamicAllocation.enabled", "false")
        .containsKeys("spark.executor.cores", "spark.stage.maxConsecutiveAttempts");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"3,5 | | 0 1", "'' | 0 1 2 3 | 0 1 2 3", "'' | 7 | 0"})
  void theScriptNamesGpusAsSparkWants(String visible, String listed, String expected)
      throws Exception {
    Path smi = folder.resolve("nvidia-smi");
    Files.writeString(
        smi,
        "#!/bin/sh\nfor gpu in %s; do echo $gpu; done\n".formatted(listed == null ? "" : listed));
    assertThat(smi.toFile().setExecutable(true)).isTrue();
    Process process = start(visible, folder + ":" + System.getenv("PATH"));
    JsonNode answer = JsonMapper.builder().build().readTree(process.getInputStream());
    assertThat(process.waitFor()).isZero();
    assertThat(answer.path("name").asText()).isEqualTo("gpu");
    List<String> addresses = new ArrayList<>();
    answer.path("addresses").forEach(address -> addresses.add(address.asText()));
    assertThat(String.join(" ", addresses)).isEqualTo(expected);
  }

  @Test
  void withoutGpusTheScriptSaysWhatToDo() throws Exception {
    Files.createSymbolicLink(folder.resolve("hostname"), Path.of("/bin/hostname"));
    Process process = start("", folder.toString());
    String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(error).startsWith("error: there is no nvidia-smi").contains("CUDA_VISIBLE_DEVICES");
  }

  private static Process start(String visible, String path) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/bash", CONF.resolve("gpus.sh").toAbsolutePath().toString());
    builder.environment().put("CUDA_VISIBLE_DEVICES", visible);
    builder.environment().put("PATH", path);
    return builder.start();
  }
}
