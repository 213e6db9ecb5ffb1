package io.geolocsft.cli;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.RunRequest;
import io.geolocsft.cli.pipeline.StageEntry;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.failure.ExitCode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs one stage. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
final class StageCommand implements Callable<Integer> {

  private final StageList stages;
  private final StageEntry entry;
  private final Console console;

  @Mixin private RunOptions options;

  StageCommand(StageList stages, StageEntry entry, Console console) {
    this.stages = stages;
    this.entry = entry;
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    RunRequest request = options.request();
    Optional<String> nothing = Invocation.nothingToDo(entry, request.config());
    if (nothing.isPresent()) {
      console.note(nothing.get());
      return ExitCode.DONE;
    }
    return new Invocation(stages, request, console).execute(List.of(entry));
  }
}
