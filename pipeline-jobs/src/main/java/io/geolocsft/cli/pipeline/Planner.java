package io.geolocsft.cli.pipeline;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageLineage;
import io.geolocsft.table.Lineage;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.TableStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out what is to be done. The id of an output follows from what it is made of, so it is known
 * before the output is made, and a whole chain can be planned at once.
 */
public final class Planner {

  private final StageList stages;
  private final PipelineConfig config;
  private final TableStore tables;
  private final boolean force;

  public Planner(StageList stages, PipelineConfig config, TableStore tables, boolean force) {
    this.stages = stages;
    this.config = config;
    this.tables = tables;
    this.force = force;
  }

  /**
   * The plan for some stages in the order of the data, without those that the configuration leaves
   * out.
   *
   * @throws ConfigException if one reads what is neither there nor written by one before it, or was
   *     not written whole
   */
  public List<PlannedStage> plan(List<StageEntry> chosen) {
    Map<String, String> coming = new HashMap<>();
    List<PlannedStage> plan = new ArrayList<>();
    for (StageEntry entry : chosen) {
      Stage stage = entry.stage();
      if (stage.leftOut(config).isPresent()) {
        continue;
      }
      Lineage lineage = lineage(stage, coming);
      StageReason reason = StageReason.of(stage, lineage, force, tables::manifest);
      plan.add(new PlannedStage(stage, lineage, reason));
      stage.outputs().forEach(output -> coming.put(output, lineage.idOf(output)));
    }
    return plan;
  }

  private Lineage lineage(Stage stage, Map<String, String> coming) {
    return StageLineage.of(
        stage,
        config,
        input -> coming.containsKey(input) ? coming.get(input) : present(stage, input));
  }

  private String present(Stage stage, String input) {
    Manifest present =
        tables
            .manifest(input)
            .orElseThrow(
                () ->
                    new ConfigException(
                        "The stage %s reads %s, which does not exist: run 'geolocsft run --to %s' with the same --conf first"
                            .formatted(stage.name(), input, writerOf(input))));
    requireWhole(stage, present);
    return present.id();
  }

  private String writerOf(String input) {
    return stages.writerOf(input).orElse("run");
  }

  /** What a stage that failed on the way published does not belong to what it left as it was. */
  private void requireWhole(Stage stage, Manifest input) {
    for (String other : stages.writtenWith(input.name())) {
      tables
          .manifest(other)
          .filter(manifest -> !manifest.isMadeWith(input))
          .ifPresent(
              manifest -> {
                throw new ConfigException(
                    "The stage %s reads %s, but %s failed since: its %s is of another run. Run 'geolocsft run --to %s' with the same --conf first"
                        .formatted(
                            stage.name(),
                            input.name(),
                            writerOf(input.name()),
                            other,
                            writerOf(input.name())));
              });
    }
  }
}
