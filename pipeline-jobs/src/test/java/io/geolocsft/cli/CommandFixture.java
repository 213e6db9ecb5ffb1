package io.geolocsft.cli;

import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageEntry;
import io.geolocsft.cli.pipeline.StageList;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line over three small stages, each reading the one before it. */
final class CommandFixture {

  static final String CONFIGURATION =
      """
      run: {name: words}
      ingest: {images: in, table: in.csv, source: first}
      model: {path: model}
      report: {title: third}
      """;

  final WordStage first =
      new WordStage("first", List.of(), "ingest.source", config -> config.ingest().source());
  final WordStage second =
      new WordStage(
          "second",
          List.of("errors_first"),
          "select.strategy",
          config -> config.select().strategy());
  final WordStage third =
      new WordStage(
          "third", List.of("errors_second"), "report.title", config -> config.report().title());

  private final Path folder;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  CommandFixture(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("words.yaml"), CONFIGURATION);
  }

  /** Calls with {@code --conf} and {@code --output} filled in; the exit code. */
  int call(String command, String... options) {
    return callInto(output().toString(), command, options);
  }

  int callInto(String output, String command, String... options) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--conf", folder.resolve("words.yaml").toString()));
    arguments.addAll(List.of("--output", output));
    arguments.addAll(List.of(options));
    return callWith(arguments.toArray(String[]::new));
  }

  int callWith(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    return GeoLocSft.commandLine(stages(), console).execute(arguments);
  }

  Path output() {
    return folder.resolve("out");
  }

  Path tables() {
    return output().resolve("tables");
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  List<Integer> runs() {
    return List.of(first.runs(), second.runs(), third.runs());
  }

  private StageList stages() {
    return new StageList(
        List.of(
            new StageEntry(first, "Makes the first word.", ""),
            new StageEntry(second, "Adds the second.", "--set select.strategy=uniform"),
            new StageEntry(third, "Adds the third.", "")));
  }
}
