package io.geolocsft.cli;

import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import picocli.CommandLine.Option;

/** What every subcommand takes. */
final class RunOptions {

  private static final DateTimeFormatter RUN_TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  @Option(
      names = "--conf",
      required = true,
      paramLabel = "FILE",
      description = "the configuration, in YAML")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "a setting to override, such as sft.learning_rate=1e-5; may be repeated")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "output folder of the run, a path or a URI; out/<run.name> if not given")
  private String output;

  @Option(
      names = "--dry-run",
      description = "print the resolved configuration and the plan, and change nothing")
  private boolean dryRun;

  @Option(names = "--force", description = "also rerun what is already done")
  private boolean force;

  PipelineConfig config() {
    PipelineConfig config = ConfigReader.read(file, sets, System.getenv());
    return config.run().id().isEmpty() ? config.withRunId(newRunId()) : config;
  }

  /** Sorts by time; what follows tells apart what started in one second. */
  private static String newRunId() {
    String time = RUN_TIME.format(Instant.now());
    return time + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  String outputOf(PipelineConfig config) {
    return output == null
        ? Path.of("out", config.run().name()).toAbsolutePath().toString()
        : output;
  }

  boolean isDryRun() {
    return dryRun;
  }

  boolean isForced() {
    return force;
  }
}
