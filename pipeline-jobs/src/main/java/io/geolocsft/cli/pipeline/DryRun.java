package io.geolocsft.cli.pipeline;

import io.geolocsft.cli.console.TextTable;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.Settings;
import io.geolocsft.table.TableStore;
import java.util.List;

/** What {@code --dry-run} prints. */
public final class DryRun {

  private DryRun() {}

  public static String text(
      PipelineConfig config, String output, List<PlannedStage> plan, TableStore tables) {
    return "# Resolved configuration, hash %s%n%s%n# Plan for %s%n%s"
        .formatted(config.hash(), Settings.yaml(config), output, table(plan, tables));
  }

  private static String table(List<PlannedStage> plan, TableStore tables) {
    List<List<String>> lines =
        plan.stream()
            .map(
                planned ->
                    List.of(
                        planned.stage().name(),
                        planned.isDone() ? "done" : "to do",
                        planned.reason().text(),
                        RowCounts.of(planned.stage().inputs(), tables),
                        RowCounts.of(planned.stage().outputs(), tables)))
            .toList();
    return new TextTable(
            List.of("stage", "status", "because", "reads (rows now)", "writes (rows now)"), lines)
        .text();
  }
}
