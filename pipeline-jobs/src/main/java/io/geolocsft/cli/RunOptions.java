package io.geolocsft.cli;

import io.geolocsft.cli.pipeline.RunFolder;
import io.geolocsft.cli.pipeline.RunId;
import io.geolocsft.cli.pipeline.RunRequest;
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

  /**
   * What is asked for.
   *
   * @throws io.geolocsft.failure.ConfigException with every problem of the configuration
   */
  RunRequest request() {
    PipelineConfig config = RunId.in(ConfigReader.read(file, sets, System.getenv()));
    return new RunRequest(
        config, output == null ? RunFolder.usual(config.run().name()) : output, dryRun, force);
  }
}
