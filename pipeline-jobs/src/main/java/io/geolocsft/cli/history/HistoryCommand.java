package io.geolocsft.cli.history;

import static org.apache.spark.sql.functions.lit;

import com.google.common.hash.Hashing;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.EmbeddedSpark;
import io.geolocsft.cli.pipeline.RunFolder;
import io.geolocsft.cli.pipeline.RunOutput;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.files.Locations;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Adds the metrics of a run to those of the runs before it: one Parquet file a run, named after its
 * id, so that a call that is repeated replaces what it wrote, and a folder that any reader opens.
 */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Adds the metrics of a run to a history of runs, a folder of Parquet: the columns of the table metrics, and of each row when it was recorded, of which output folder, configuration and code.",
      "What is recorded for a run id is replaced: name runs that share one by --run-id."
    },
    footer = {
      "",
      "Examples:",
      "  geolocsft history --output out/quickstart --to /data/history",
      "  geolocsft history --output out/quickstart --to /data/history --run-id 2026-01-01"
    })
public final class HistoryCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private RunOutput run;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "folder of the history, a path or a URI; it is made")
  private String history;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "of a scheduler's run (default: that of the call that measured)")
  private String runId;

  public HistoryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = EmbeddedSpark.hadoopConfiguration();
    try (EmbeddedSpark spark = new EmbeddedSpark("history")) {
      TableStore store = run.open(spark);
      Dataset<Row> metrics = store.read(run.table(store, Tables.METRICS.name()));
      Manifest measured = store.manifest(Tables.METRICS.name()).orElseThrow();
      String id = runId == null ? measuredBy(metrics) : runId;
      Path folder = Locations.given(history);
      FileSystem fs = Locations.raw(folder.getFileSystem(hadoop));
      boolean replaces =
          add(
              fs,
              folder,
              id,
              metrics
                  .withColumn("run_id", lit(id))
                  .withColumn("recorded_at", lit(Timestamp.from(Instant.now())))
                  .withColumn(
                      "measured_at", lit(Timestamp.from(Instant.parse(measured.createdAt()))))
                  .withColumn("output", lit(store.location()))
                  .withColumn(
                      "config_hash",
                      lit(RunFolder.configHash(run.location(), hadoop)).cast("string"))
                  .withColumn("code_version", lit(measured.codeVersion())));
      console.print(
          String.format(
              Locale.ROOT,
              "%,d figures of run %s recorded%s; runs in %s: %,d",
              measured.rowCount(),
              id,
              replaces ? ", in place of those that were there for this id" : "",
              history,
              fs.listStatus(folder, HistoryCommand::isParquet).length));
    }
    return ExitCode.DONE;
  }

  private static String measuredBy(Dataset<Row> metrics) {
    if (metrics.isEmpty()) {
      throw new DataException(
          "The table metrics is empty: list benchmarks, and run the stage evaluate again");
    }
    return metrics.select("run_id").first().getString(0);
  }

  private static boolean isParquet(Path file) {
    return file.getName().endsWith(".parquet");
  }

  /**
   * Written aside and moved, so that a reader sees whole runs only.
   *
   * @return whether the run was there already
   */
  private static boolean add(FileSystem fs, Path history, String id, Dataset<Row> rows)
      throws IOException {
    Path staged = fs.makeQualified(new Path(history, "." + UUID.randomUUID()));
    try {
      Locations.bare(rows.coalesce(1).write(), staged).parquet(staged.toString());
      Path target =
          new Path(history, Hashing.sha256().hashString(id, StandardCharsets.UTF_8) + ".parquet");
      boolean replaces = false;
      for (FileStatus file : fs.listStatus(staged, HistoryCommand::isParquet)) {
        replaces = fs.delete(target, false);
        if (!fs.rename(file.getPath(), target)) {
          throw new EnvironmentException("Cannot move %s to %s".formatted(file.getPath(), target));
        }
      }
      return replaces;
    } finally {
      fs.delete(staged, true);
    }
  }
}
