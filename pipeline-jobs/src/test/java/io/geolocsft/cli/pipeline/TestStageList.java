package io.geolocsft.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TestStageList {

  private final StageList stages = StageList.standard();

  @Test
  void everyStageReadsOnlyWhatThoseBeforeItWrite() {
    Set<String> written = new HashSet<>();
    for (StageEntry entry : stages.entries()) {
      assertThat(written).containsAll(entry.stage().inputs());
      assertThat(entry.stage().outputs()).isNotEmpty();
      assertThat(written).doesNotContainAnyElementsOf(entry.stage().outputs());
      written.addAll(entry.stage().outputs());
    }
  }

  @Test
  void theStagesAreThoseOfTheCommandLine() {
    assertThat(stages.names())
        .containsExactly(
            "ingest",
            "bin",
            "holdout",
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
            "report",
            "locate");
  }

  @Test
  void partsAreCutOutByName() {
    List<StageEntry> part = stages.between("bin", "examples");
    assertThat(part)
        .extracting(StageEntry::name)
        .containsExactly("bin", "select", "caption", "examples");
    assertThat(stages.between(null, null))
        .extracting(StageEntry::name)
        .containsExactly(
            "ingest",
            "bin",
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
            "report");
    assertThat(stages.only(List.of("holdout"))).hasSize(1);
    assertThat(stages.between("examples", "bin")).isEmpty();
    assertThat(stages.only(List.of("sft", "bin")))
        .extracting(StageEntry::name)
        .containsExactly("bin", "sft");
    assertThat(stages.writerOf("tuned")).contains("sft");
  }
}
