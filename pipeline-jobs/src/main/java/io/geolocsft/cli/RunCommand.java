package io.geolocsft.cli;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageEntry;
import io.geolocsft.cli.pipeline.StageList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs all stages in order, or some of them. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs all stages in order. A stage for which nothing has changed is skipped.",
    footer = {
      "",
      "Example:",
      "  geolocsft run --conf conf/quickstart.yaml --from select --set select.strategy=population"
    })
final class RunCommand implements Callable<Integer> {

  private final StageList stages;
  private final Console console;

  @Spec private CommandSpec spec;

  @Mixin private RunOptions options;

  @Option(names = "--from", paramLabel = "STAGE", description = "begin with this stage")
  private String from;

  @Option(names = "--to", paramLabel = "STAGE", description = "end with this stage")
  private String to;

  @Option(
      names = "--only",
      paramLabel = "STAGE",
      split = ",",
      description = "run these stages alone; may be repeated")
  private List<String> only = new ArrayList<>();

  RunCommand(StageList stages, Console console) {
    this.stages = stages;
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    return new Invocation(stages, options.request(), console).execute(chosen());
  }

  private List<StageEntry> chosen() {
    checkKnown("--from", from);
    checkKnown("--to", to);
    only.forEach(name -> checkKnown("--only", name));
    if (!only.isEmpty() && (from != null || to != null)) {
      throw new ParameterException(spec.commandLine(), "--only cannot be used with --from or --to");
    }
    List<StageEntry> chosen = only.isEmpty() ? stages.between(from, to) : stages.only(only);
    if (chosen.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--from %s comes after --to %s".formatted(from, to));
    }
    return chosen;
  }

  private void checkKnown(String option, String name) {
    if (name != null && stages.named(name).isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "%s: there is no stage '%s'; allowed: %s"
              .formatted(option, name, String.join(", ", stages.names())));
    }
  }
}
