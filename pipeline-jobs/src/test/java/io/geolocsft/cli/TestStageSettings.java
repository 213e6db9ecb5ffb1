package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.cli.pipeline.StageEntry;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.stage.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which stages are redone when a setting changes, for every setting there is. */
class TestStageSettings {

  private static final Path EXPECTED =
      Path.of("src/test/resources/io/geolocsft/cli/redone_by_setting.txt");

  private final SettingValues all = SettingValues.of(configuration());

  private static PipelineConfig configuration() {
    return ConfigReader.read(Path.of("../conf/quickstart.yaml"), List.of(), Map.of());
  }

  /** The file has a line a setting; a new setting needs one, too. */
  @Test
  void aStageIsRedoneWhenItsResultWouldChangeAndOnlyThen() throws IOException {
    StringBuilder lines = new StringBuilder();
    redone()
        .forEach(
            (setting, stages) ->
                lines.append("%s: %s%n".formatted(setting, String.join(" ", stages))));
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(EXPECTED, lines);
    }
    assertThat(EXPECTED).hasContent(lines.toString());
  }

  @Test
  void whatIsOfManyKindsIsThere() {
    assertThat(redone())
        .hasSizeGreaterThan(110)
        .containsEntry("evaluate.distance", List.of("evaluate", "ablate", "report"))
        .containsEntry("infer.aggregation", List.of("evaluate", "ablate", "report"))
        .containsEntry("report.title", List.of("report"))
        .containsEntry("sft.ranks", List.of("report"))
        .containsEntry("model.device", List.of("report"))
        .containsEntry(
            "infer.temperature",
            List.of("infer", "calibrate", "evaluate", "ablate", "report", "locate"))
        .containsEntry(
            "select.count",
            List.of(
                "select",
                "caption",
                "examples",
                "sft",
                "grpo",
                "neighbours",
                "infer",
                "calibrate",
                "evaluate",
                "ablate",
                "report"));
  }

  /** By path; places in a list stand for each other. */
  private SortedMap<String, List<String>> redone() {
    SortedMap<String, List<String>> redone = new TreeMap<>();
    for (String path : all.values().keySet()) {
      redone.put(path.replaceAll("\\.\\d+\\.", ".*."), redone(path));
    }
    return redone;
  }

  private List<String> redone(String path) {
    Set<String> changed = new HashSet<>();
    List<String> stages = new ArrayList<>();
    for (StageEntry entry : StageList.standard().entries()) {
      Stage stage = entry.stage();
      boolean reads = stage.settings(all).values().containsKey(path);
      if (reads || stage.inputs().stream().anyMatch(changed::contains)) {
        stages.add(stage.name());
        changed.addAll(stage.outputs());
      }
    }
    return stages;
  }

  /** Otherwise a stage would depend on nothing that it was given. */
  @Test
  void everySettingIsReadByAStageOrOnlyShown() {
    Set<String> shown = new TreeSet<>();
    redone()
        .forEach(
            (setting, stages) -> {
              // What a caption's source reads, the stage's own test knows.
              if (stages.equals(List.of("report")) && !setting.startsWith("caption.")) {
                shown.add(setting);
              }
            });
    assertThat(shown)
        .containsExactlyInAnyOrder(
            "grpo.checkpoint_steps",
            "grpo.keep_checkpoints",
            "grpo.micro_batch_size",
            "grpo.rollout_batch_size",
            "model.device",
            "model.path",
            "report.examples",
            "report.title",
            "run.name",
            "sft.checkpoint_steps",
            "sft.gradient_checkpointing",
            "sft.keep_checkpoints",
            "sft.log_steps",
            "sft.micro_batch_size",
            "sft.mlflow_experiment",
            "sft.mlflow_uri",
            "sft.ranks",
            "sft.ring_timeout_seconds",
            "sft.unencrypted_ring");
  }
}
