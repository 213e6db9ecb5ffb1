package io.geolocsft.cli.pipeline;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.console.TextTable;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.stage.Stage;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.TableStore;
import io.geolocsft.tracking.LineageEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runs planned stages one after another, and says at the end what became of each. */
public final class Pipeline {

  private final PipelineConfig config;
  private final TableStore tables;
  private final EmbeddedSpark spark;
  private final Console console;

  public Pipeline(PipelineConfig config, TableStore tables, EmbeddedSpark spark, Console console) {
    this.config = config;
    this.tables = tables;
    this.spark = spark;
    this.console = console;
  }

  /** Before hours are spent: whether any of the stages that are to run could not. */
  public void check(List<PlannedStage> plan) throws Exception {
    for (PlannedStage planned : plan) {
      if (!planned.isDone()) {
        planned.stage().check(context(planned));
      }
    }
  }

  private RunContext context(PlannedStage planned) {
    return new RunContext(spark, config, tables.with(planned.lineage()), console);
  }

  public void run(List<PlannedStage> plan) throws Exception {
    check(plan);
    List<List<String>> summary = new ArrayList<>();
    try (LineageEvents events = LineageEvents.of(config, tables)) {
      for (PlannedStage planned : plan) {
        summary.add(line(planned, seconds(planned, events)));
      }
    }
    console.print(new TextTable(List.of("stage", "status", "rows", "seconds"), summary).text());
  }

  private double seconds(PlannedStage planned, LineageEvents events) throws Exception {
    long start = System.nanoTime();
    if (planned.isDone()) {
      console.note("%s: skipped, %s".formatted(planned.stage().name(), planned.reason().text()));
    } else {
      LineageEvents.StageRun told = events.start(planned.lineage());
      try {
        run(planned);
      } catch (Exception | Error e) {
        told.fail(e);
        throw e;
      }
      told.complete(planned.stage().outputs());
    }
    return Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
  }

  private void run(PlannedStage planned) throws Exception {
    Stage stage = planned.stage();
    console.note("%s: running, %s".formatted(stage.name(), planned.reason().text()));
    RunContext context = context(planned);
    stage.run(context);
    for (String output : stage.outputs()) {
      requirePublished(planned, output);
    }
    context.tables().clearScratch(stage.name());
  }

  private void requirePublished(PlannedStage planned, String output) {
    String id = tables.manifest(output).map(Manifest::id).orElse("none");
    if (!id.equals(planned.lineage().idOf(output))) {
      throw new IllegalStateException(
          "The stage %s ended without publishing %s".formatted(planned.stage().name(), output));
    }
  }

  private List<String> line(PlannedStage planned, double seconds) {
    return List.of(
        planned.stage().name(),
        planned.isDone() ? "skipped" : "run",
        RowCounts.of(planned.stage().outputs(), tables),
        String.format(Locale.ROOT, "%.1f", seconds));
  }
}
