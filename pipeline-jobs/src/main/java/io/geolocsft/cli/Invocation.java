package io.geolocsft.cli;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.DryRun;
import io.geolocsft.cli.pipeline.EmbeddedSpark;
import io.geolocsft.cli.pipeline.Lease;
import io.geolocsft.cli.pipeline.Pipeline;
import io.geolocsft.cli.pipeline.PlannedStage;
import io.geolocsft.cli.pipeline.Planner;
import io.geolocsft.cli.pipeline.RunFolder;
import io.geolocsft.cli.pipeline.RunRequest;
import io.geolocsft.cli.pipeline.StageEntry;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.table.TableStore;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** One call of the command line: plan, then print the plan or carry it out. */
final class Invocation {

  private final StageList stages;
  private final RunRequest request;
  private final Console console;

  Invocation(StageList stages, RunRequest request, Console console) {
    this.stages = stages;
    this.request = request;
    this.console = console;
  }

  /** The exit code. */
  int execute(List<StageEntry> chosen) throws Exception {
    PipelineConfig config = request.config();
    String output = request.output();
    Configuration hadoop = EmbeddedSpark.hadoopConfiguration();
    RunFolder folder = RunFolder.open(output, config, hadoop);
    try (EmbeddedSpark spark = new EmbeddedSpark(config.run().name())) {
      TableStore tables = TableStore.open(spark, hadoop, output);
      Planner planner = new Planner(stages, config, tables, request.isForced());
      if (request.isDryRun()) {
        List<PlannedStage> plan = planner.plan(chosen);
        console.print(DryRun.text(config, output, chosen, plan, tables));
        folder.requireWritable();
        new Pipeline(config, tables, spark, console).check(plan);
        return ExitCode.DONE;
      }
      try (Lease lease = folder.claim()) {
        lease.onLoss(spark::cancel);
        TableStore own = tables.guardedBy(lease::requireHeld);
        own.recover();
        console.note(lease.takenOverFrom());
        for (StageEntry entry : chosen) {
          nothingToDo(entry, config).ifPresent(console::note);
        }
        run(new Pipeline(config, own, spark, console), planner.plan(chosen), lease);
      }
    }
    return ExitCode.DONE;
  }

  /** What is told of a stage that the configuration leaves out. */
  static Optional<String> nothingToDo(StageEntry entry, PipelineConfig config) {
    return entry.stage().leftOut(config).map(why -> entry.name() + ": nothing to do, " + why);
  }

  /** What else goes wrong once the lease is lost follows from that. */
  private static void run(Pipeline pipeline, List<PlannedStage> plan, Lease lease)
      throws Exception {
    try {
      pipeline.run(plan);
    } catch (Exception e) {
      if (lease.loss().isPresent()) {
        throw new EnvironmentException(lease.loss().get().getMessage(), e);
      }
      throw e;
    }
  }
}
