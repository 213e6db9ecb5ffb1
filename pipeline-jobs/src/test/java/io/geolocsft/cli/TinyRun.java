package io.geolocsft.cli;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.geolocsft.SparkFixture;
import io.geolocsft.cli.console.Console;
import io.geolocsft.cli.pipeline.StageList;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.quickstart.QuickstartData;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Images, a model and a configuration so small that a whole run takes seconds. */
public final class TinyRun {

  private static final String CONFIGURATION =
      """
      run: {name: tiny, seed: 3, id: tiny-1}
      ingest:
        source: blue-marble
        images: input/catalogue/images
        table: input/catalogue/catalogue.csv
        columns: {image: file, latitude: lat, longitude: lon, captured_at: taken_at, sequence_id: sequence, author: photographer}
        max_error_share: 0.3
      benchmarks:
        - name: photos
          images: input/photos/images
          table: input/photos/catalogue.csv
          columns: {image: file, latitude: lat, longitude: lon, captured_at: taken_at, sequence_id: sequence, author: photographer}
        - name: sparse
          images: input/sparse/images
          table: input/sparse/catalogue.csv
          columns: {image: file, latitude: lat, longitude: lon, captured_at: taken_at, sequence_id: sequence, author: photographer}
      bin: {level: 4, min_level: 1, max_level: 5, min_images: 1, max_images: 10}
      select: {count: 40, rules: {min_side: 32}}
      examples: {prompt: "Where was this image taken?", target: answer, decimals: 1}
      model: {path: model, device: cpu, dtype: float32}
      sft:
        rank: 4
        alpha: 8
        dropout: 0.1
        learning_rate: 1.0e-3
        warmup_steps: 2
        epochs: 6
        batch_size: 8
        micro_batch_size: 4
        checkpoint_steps: 4
        log_steps: 1
      grpo:
        epochs: 2
        answers: 3
        max_new_tokens: 48
        beta: 0.1
        learning_rate: 1.0e-3
        batch_size: 8
        micro_batch_size: 4
        validation_share: 0.1
        validation_steps: 4
        checkpoint_steps: 2
      infer: {models: [base, tuned, rewarded], candidates: 2, batch_size: 1, max_new_tokens: 48, aggregation: geometric_median}
      evaluate: {bootstrap_samples: 20, min_slice: 5}
      ablation:
        variants:
          - {name: greedy, candidates: 1, aggregation: first}
          - {name: both, models: [tuned, neighbours], candidates: 2, aggregation: mean}
          - {name: warm, set: [infer.temperature=0.5]}
      report: {title: A tiny run, examples: 3}
      """;

  private static TinyRun shared;

  private final Path folder;
  private Path finished;

  private TinyRun(Path folder) throws IOException {
    this.folder = folder;
    writeImages(folder.resolve("input"));
    TinyModel.write(folder.resolve("model"));
    Files.writeString(configuration(), CONFIGURATION);
  }

  /** The one of this JVM, with its inputs made; others may run beside it. */
  static synchronized TinyRun shared() throws IOException {
    if (shared == null) {
      String name = "tiny-run-" + System.getProperty("fork.name", "alone");
      Path folder = Path.of("target", name).toAbsolutePath();
      delete(folder);
      shared = new TinyRun(Files.createDirectories(folder));
    }
    return shared;
  }

  private static void writeImages(Path output) {
    int code =
        new CommandLine(new QuickstartData())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(
                output.toString(),
                "--part=pipeline",
                "--catalogue=150",
                "--benchmark=10",
                "--base=10",
                "--picture=../run/data/blue-marble/bmng.jpg");
    if (code != 0) {
      throw new IllegalStateException("No images: exit code " + code);
    }
  }

  Path folder() {
    return folder;
  }

  Path configuration() {
    return folder.resolve("tiny.yaml");
  }

  /** The output folder of an undisturbed run. */
  synchronized Path finished() throws IOException {
    if (finished == null) {
      Path output = folder.resolve("finished");
      Call run = call(output, "run");
      if (run.code() != ExitCode.DONE) {
        throw new IllegalStateException(run.toString());
      }
      finished = output;
    }
    return finished;
  }

  /** A new folder with what the undisturbed run made. */
  Path copyOfFinished(String name) throws IOException {
    Path copy = folder.resolve(name);
    delete(copy);
    Path original = finished();
    try (Stream<Path> all = Files.walk(original)) {
      for (Path path : all.toList()) {
        Files.copy(path, copy.resolve(original.relativize(path).toString()));
      }
    }
    return copy;
  }

  /** Calls the command line within this JVM, on the session of {@link SparkFixture}. */
  Call call(Path output, String command, String... options) {
    return callInto(output.toString(), command, options);
  }

  Call callInto(String output, String command, String... options) {
    SparkFixture.session();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false);
    int code =
        GeoLocSft.commandLine(StageList.standard(), console)
            .execute(arguments(output, command, options).toArray(String[]::new));
    return new Call(code, out.toString(), err.toString());
  }

  /** Starts the command line in a JVM of its own. */
  ForkedCall fork(Path output, String command, String... options) throws IOException {
    return ForkedCall.start(folder, arguments(output.toString(), command, options));
  }

  private List<String> arguments(String output, String command, String... options) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--conf", configuration().toString(), "--output", output));
    arguments.addAll(List.of(options));
    return arguments;
  }

  private static void delete(Path path) throws IOException {
    if (Files.exists(path)) {
      MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /** What a call ended with. */
  record Call(int code, String out, String err) {}

  /** Names of the published tables below an output folder. */
  static List<String> tables(Path output) {
    try (Stream<Path> tables = Files.list(output.resolve("tables"))) {
      return tables.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a path below an output folder that matches the pattern is there. */
  static boolean holds(Path output, String pattern) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + output + "/" + pattern);
    Path start = output.resolve(pattern.substring(0, pattern.indexOf('/')));
    if (!Files.isDirectory(start)) {
      return false;
    }
    try (Stream<Path> all = Files.walk(start, 4)) {
      return all.anyMatch(matcher::matches);
    } catch (UncheckedIOException | NoSuchFileException e) {
      // Something was moved away while it was listed.
      return false;
    }
  }
}
