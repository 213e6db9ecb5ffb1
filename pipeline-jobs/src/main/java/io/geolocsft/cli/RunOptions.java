package io.geolocsft.cli;

import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What every subcommand takes. */
final class RunOptions {

  @Option(
      names = "--conf",
      required = true,
      paramLabel = "FILE",
      description = "the configuration, in YAML")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "a setting over the file's, such as sft.learning_rate=1e-5; may be repeated")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "where the run lies, a path or a URI; out/<run.name> if not given")
  private String output;

  @Option(
      names = "--dry-run",
      description = "print the resolved configuration and the plan, and change nothing")
  private boolean dryRun;

  @Option(names = "--force", description = "run also what is already done")
  private boolean force;

  PipelineConfig config() {
    return ConfigReader.read(file, sets, System.getenv());
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
