package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.geolocsft.cli.TinyRun.Call;
import io.geolocsft.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that are told to end at many moments: each says so in one line, and ends. */
class ITInterruptedRun {

  private static final int SIGINT = 130;
  private static final int SIGTERM = 143;
  private static final char CTRL_C = 3;
  private static final String GOES_ON =
      "interrupted: the same command continues where this one stopped";

  /** What a run says on its way: stages, each with its reason, and how far they are. */
  private static final String ON_THE_WAY =
      "[a-z]+: (running, \\S.*|skipped, nothing has changed)|  \\S.*";

  private static TinyRun tiny;

  @TempDir private Path folder;

  @BeforeAll
  static void makeInputs() throws IOException {
    tiny = TinyRun.shared();
  }

  @Test
  void everyStageEndsWithOneLineAndTheNextCallGoesOn() throws Exception {
    Path output = folder.resolve("interrupted");
    interrupt(output, "INT", SIGINT, run -> Files.exists(output.resolve("config.yaml")));
    interrupt(output, "INT", SIGINT, run -> run.err().contains("ingest: running"));
    interrupt(output, "TERM", SIGTERM, run -> TinyRun.holds(output, ".staging/catalogue-*"));
    interrupt(output, "INT", SIGINT, run -> run.err().contains("bin: running"));
    interrupt(output, "INT", SIGINT, run -> run.err().contains("select: running"));
    interrupt(
        output, "INT", SIGINT, run -> TinyRun.holds(output, ".scratch/sft-*/checkpoints/step-*"));
    interrupt(output, "TERM", SIGTERM, run -> run.err().contains("sft: running"));
    interrupt(
        output, "INT", SIGINT, run -> TinyRun.holds(output, ".scratch/infer-*/*/chunk-*.json"));
    interrupt(output, "INT", SIGINT, run -> run.err().contains("evaluate: running"));
    Call last = tiny.fork(output, "run").ended();
    assertThat(last.code()).as(last.toString()).isEqualTo(ExitCode.DONE);
    assertThat(last.err()).contains("sft: skipped").doesNotContain("Resuming after the process");
    assertThat(output.resolve("report/report.html")).exists();
  }

  private interface Moment {
    boolean hasCome(ForkedCall run) throws Exception;
  }

  private static void interrupt(Path output, String signal, int code, Moment moment)
      throws Exception {
    ForkedCall run = tiny.fork(output, "run");
    Call ended = run.signalWhen(signal, () -> moment.hasCome(run));
    assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
    List<String> lines = ended.err().lines().toList();
    assertThat(lines).last().isEqualTo(GOES_ON);
    assertThat(lines.subList(0, lines.size() - 1))
        .allSatisfy(line -> assertThat(line).matches(ON_THE_WAY));
    assertThat(output.resolve(".lease")).doesNotExist();
  }

  @Test
  void aQueryEnds() throws Exception {
    Path started = folder.resolve("started");
    ForkedCall query = ForkedCall.start(folder, List.of("sql", queries(started)));
    assertEnds(query, () -> Files.exists(started.resolve("_SUCCESS")));
  }

  /** One that leaves a trace, and one that takes for ever. */
  private static String queries(Path trace) {
    return "INSERT OVERWRITE DIRECTORY '%s' USING parquet SELECT 1; SELECT count(*) FROM range(1000000000000000) WHERE id %% 7 = rand();"
        .formatted(trace);
  }

  @Test
  void aComputationWithoutSparkEnds() throws Exception {
    ForkedCall check =
        ForkedCall.start(folder, List.of("gpu-check", "--device", "cpu", "--geometry", "small"));
    assertEnds(check, () -> check.err().lines().count() > 1);
  }

  @Test
  void aCountOfLeakageEnds() throws Exception {
    Path images = tiny.finished().resolve("tables/binned");
    ForkedCall leakage =
        ForkedCall.start(
            folder,
            List.of("leakage", "--training", images.toString(), "--benchmark", images.toString()));
    assertEnds(leakage, () -> Files.list(folder.resolve("spark")).findAny().isPresent());
  }

  /** Ctrl-C typed into a terminal. */
  @Test
  void aPromptEnds() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")) && Files.exists(Path.of("/proc")));
    ForkedCall prompt = ForkedCall.startInTerminal(folder, List.of("sql"));
    interruptInTerminal(prompt, () -> prompt.out().contains("sql> "));
  }

  @Test
  void aStatementAtThePromptEnds() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")) && Files.exists(Path.of("/proc")));
    Path started = folder.resolve("started");
    ForkedCall prompt = ForkedCall.startInTerminal(folder, List.of("sql"));
    prompt.typeLineWhen(queries(started), () -> prompt.out().contains("sql> "));
    interruptInTerminal(prompt, () -> Files.exists(started.resolve("_SUCCESS")));
  }

  private static void interruptInTerminal(ForkedCall prompt, Callable<Boolean> reached)
      throws Exception {
    Call ended = prompt.typeWhen(CTRL_C, reached);
    assertThat(ended.code()).as(ended.toString()).isEqualTo(SIGINT);
    // The terminal is set back before it.
    String shown = ended.out().replaceAll("\\e\\[[?0-9]*[a-z]|\\e[=>]", "");
    assertThat(shown.lines()).last().isEqualTo("interrupted");
    assertThat(ended.out()).doesNotContain("Exception", "error: ");
  }

  private static void assertEnds(ForkedCall call, Callable<Boolean> reached) throws Exception {
    Call ended = call.signalWhen("INT", reached);
    assertThat(ended.code()).as(ended.toString()).isEqualTo(SIGINT);
    assertThat(ended.err().lines().filter(line -> !line.startsWith("gpu-check: ")))
        .containsExactly("interrupted");
    assertThat(ended.out()).isEmpty();
  }
}
