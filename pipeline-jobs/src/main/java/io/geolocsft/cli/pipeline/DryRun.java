package io.geolocsft.cli.pipeline;

import io.geolocsft.cli.console.TextTable;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.Settings;
import io.geolocsft.table.TableStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** What {@code --dry-run} prints. */
public final class DryRun {

  private DryRun() {}

  /**
   * The configuration and the plan.
   *
   * @param chosen stages, of which the plan has those that the configuration does not leave out
   */
  public static String text(
      PipelineConfig config,
      String output,
      List<StageEntry> chosen,
      List<PlannedStage> plan,
      TableStore tables) {
    List<List<String>> lines = new ArrayList<>();
    Iterator<PlannedStage> planned = plan.iterator();
    for (StageEntry entry : chosen) {
      Optional<String> why = entry.stage().leftOut(config);
      lines.add(
          why.isPresent()
              ? List.of(entry.name(), "left out", why.get(), "", "")
              : line(planned.next(), tables));
    }
    return "# Resolved configuration, hash %s%n%s%n# Plan for %s%n%s"
        .formatted(config.hash(), Settings.yaml(config), output, table(lines));
  }

  private static List<String> line(PlannedStage planned, TableStore tables) {
    return List.of(
        planned.stage().name(),
        planned.isDone() ? "done" : "to do",
        planned.reason().text(),
        RowCounts.of(planned.stage().inputs(), tables),
        RowCounts.of(planned.stage().outputs(), tables));
  }

  private static String table(List<List<String>> lines) {
    return new TextTable(
            List.of("stage", "status", "because", "reads (rows now)", "writes (rows now)"), lines)
        .text();
  }
}
