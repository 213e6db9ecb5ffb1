package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.geolocsft.cli.pipeline.StageEntry;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.stage.Stage;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds on to what every stage writes on a tiny run: whoever changes it must raise the stage's
 * revision, or outputs of before would be taken for those of now. After a raise {@code mvn verify
 * -DskipITs=false -Dit.test=ITStageRevisions -Dgolden.write=true} pins the new outputs.
 */
class ITStageRevisions {

  private static final Path PINNED =
      Path.of("src/test/resources/io/geolocsft/cli/stage_outputs.json");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** What a stage wrote. */
  record Pinned(
      @JsonProperty("revision") int revision,
      @JsonProperty("tables") Map<String, TableContent> tables) {}

  static List<StageEntry> stages() {
    return StageList.standard().between(null, null);
  }

  @ParameterizedTest
  @MethodSource("stages")
  void theOutputsAreThoseOfTheRevision(StageEntry entry) throws IOException {
    Stage stage = entry.stage();
    Pinned now = new Pinned(stage.revision(), tables(stage));
    Map<String, Pinned> all = pinned();
    if (Boolean.getBoolean("golden.write")) {
      all.put(stage.name(), now);
      Files.writeString(PINNED, JSON.writeValueAsString(all) + "\n");
    }
    Pinned before = all.get(stage.name());
    assertThat(before).as("nothing is pinned for the stage %s", stage.name()).isNotNull();
    assertThat(now.revision())
        .as("the revision of %s was raised: pin its outputs again", stage.name())
        .isEqualTo(before.revision());
    assertThat(differences(before, now))
        .as("the outputs of %s changed: raise its revision", stage.name())
        .isEmpty();
  }

  @Test
  void aStageForWhichNothingIsPinnedIsNoticed() throws IOException {
    assertThat(pinned().keySet())
        .containsExactlyInAnyOrderElementsOf(stages().stream().map(StageEntry::name).toList());
  }

  private static Map<String, Pinned> pinned() throws IOException {
    return Files.exists(PINNED)
        ? JSON.readValue(Files.readString(PINNED), new TypeReference<TreeMap<String, Pinned>>() {})
        : new TreeMap<>();
  }

  private static Map<String, TableContent> tables(Stage stage) throws IOException {
    TinyRun tiny = TinyRun.shared();
    Map<String, TableContent> tables = new TreeMap<>();
    for (String output : stage.outputs()) {
      if (Tables.named(output).isPresent()) {
        tables.put(
            output,
            TableContent.of(
                new PublishedTable(tiny.finished(), output).rows(), tiny.folder().toString()));
      }
    }
    return tables;
  }

  private static List<String> differences(Pinned before, Pinned now) {
    List<String> found = new ArrayList<>();
    for (String table : now.tables().keySet()) {
      TableContent there = before.tables().get(table);
      if (there == null) {
        found.add(table);
      } else {
        there
            .differences(now.tables().get(table))
            .forEach(column -> found.add(table + "." + column));
      }
    }
    before.tables().keySet().stream()
        .filter(table -> !now.tables().containsKey(table))
        .forEach(found::add);
    return found;
  }
}
