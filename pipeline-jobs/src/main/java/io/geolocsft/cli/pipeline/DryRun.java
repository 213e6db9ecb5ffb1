package io.geolocsft.cli.pipeline;

import io.geolocsft.cli.console.TextTable;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.Settings;
import io.geolocsft.table.TableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code --dry-run} prints. */
public final class DryRun {

  private DryRun() {}

  /**
   * The configuration and the plan.
   *
   * @param leftOut why stages have nothing to do, by name
   */
  public static String text(
      PipelineConfig config,
      String output,
      List<PlannedStage> plan,
      Map<String, String> leftOut,
      TableStore tables) {
    return "# Resolved configuration, hash %s%n%s%n# Plan for %s%n%s"
        .formatted(config.hash(), Settings.yaml(config), output, table(plan, leftOut, tables));
  }

  private static String table(
      List<PlannedStage> plan, Map<String, String> leftOut, TableStore tables) {
    List<List<String>> lines = new ArrayList<>();
    for (PlannedStage planned : plan) {
      lines.add(
          List.of(
              planned.stage().name(),
              planned.isDone() ? "done" : "to do",
              planned.reason().text(),
              RowCounts.of(planned.stage().inputs(), tables),
              RowCounts.of(planned.stage().outputs(), tables)));
    }
    leftOut.forEach((stage, why) -> lines.add(List.of(stage, "left out", why, "", "")));
    return new TextTable(
            List.of("stage", "status", "because", "reads (rows now)", "writes (rows now)"), lines)
        .text();
  }
}
