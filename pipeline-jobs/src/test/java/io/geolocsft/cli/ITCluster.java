package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.geolocsft.cli.SparkCluster.Submission;
import io.geolocsft.cli.TinyRun.Call;
import io.geolocsft.gemma.Safetensors;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fine-tuning that is submitted to a standalone cluster, against the embedded Spark's. */
class ITCluster {

  private static final double TOLERANCE = 1e-5;
  private static final List<String> STAGE =
      List.of(
          "--force",
          "--set",
          "sft.dropout=0",
          "--set",
          "sft.epochs=10",
          "--set",
          "sft.ring_timeout_seconds=20");

  private static TinyRun tiny;
  private static Path single;
  private static SparkCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    tiny = TinyRun.shared();
    single = tiny.copyOfFinished("one-rank");
    Call call = tiny.call(single, "sft", STAGE.toArray(String[]::new));
    assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.DONE);
    Path folder = Files.createDirectories(tiny.folder().resolve("cluster"));
    cluster = SparkCluster.start(folder, 2, 2);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Submission submit(int executors, Path output, String... settings)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of("sft"));
    arguments.addAll(List.of("--conf", tiny.configuration().toString()));
    arguments.addAll(List.of("--output", output.toString()));
    arguments.addAll(STAGE);
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return cluster.submit(executors, arguments);
  }

  @ParameterizedTest
  @CsvSource({"2, 4", "2, 1", "4, 2"})
  void severalRanksTrainAsOneDoes(int ranks, int microBatch) throws Exception {
    Path output = tiny.copyOfFinished("ranks-%d-%d".formatted(ranks, microBatch));
    Call call =
        submit(ranks, output, "sft.ranks=" + ranks, "sft.micro_batch_size=" + microBatch).ended();
    assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.DONE);
    assertThat(gpus(call)).as("each rank has a GPU of its own: " + call).hasSize(ranks);

    assertSameLosses(output);
    List<Row> ranksSeen =
        new PublishedTable(output, "training_log").rows().select("rank").distinct().collectAsList();
    assertThat(ranksSeen).hasSize(ranks);
    assertSameAdapter(output);
  }

  /** Killed, or frozen for longer than anyone waits. */
  @ParameterizedTest
  @CsvSource({"KILL, Lost executor", "STOP, was waited for longer than 20 s"})
  void aLostExecutorCostsNoMoreThanTheStepsSinceTheCheckpoint(String signal, String words)
      throws Exception {
    Path output = tiny.copyOfFinished("lost-" + signal);
    Submission submission = submit(2, output, "sft.ranks=2", "sft.micro_batch_size=4");
    while (submission.process().isAlive() && !hasCheckpoint(output)) {
      Thread.sleep(3);
    }
    if (!submission.process().isAlive()) {
      throw new AssertionError("The moment never came: " + submission.ended());
    }
    cluster.signalExecutor(signal);
    Call call = submission.ended();
    assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.DONE);
    assertThat(call.out()).contains(words);
    assertSameLosses(output);
    assertSameAdapter(output);
  }

  private static boolean hasCheckpoint(Path output) throws Exception {
    PathMatcher checkpoint =
        FileSystems.getDefault().getPathMatcher("glob:**/checkpoints/step-*/state.json");
    Path scratch = output.resolve(".scratch");
    if (!Files.isDirectory(scratch)) {
      return false;
    }
    try (Stream<Path> all = Files.walk(scratch)) {
      return all.anyMatch(checkpoint::matches);
    } catch (UncheckedIOException e) {
      return false; // What was written aside has just been moved.
    }
  }

  private static void assertSameLosses(Path output) throws Exception {
    Map<Integer, Double> expected = losses(single);
    Map<Integer, Double> losses = losses(output);
    assertThat(losses.keySet()).isEqualTo(expected.keySet()).hasSize(50);
    expected.forEach(
        (step, loss) ->
            assertThat(losses.get(step)).as("step %d", step).isCloseTo(loss, within(TOLERANCE)));
  }

  @Test
  void moreRanksThanExecutorsAreRefused() throws Exception {
    Path output = tiny.copyOfFinished("no-room");
    Call call = submit(1, output, "sft.ranks=2", "sft.micro_batch_size=4").ended();
    assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(call.out()).contains("sft.ranks");
  }

  private static LinkedHashSet<String> gpus(Call call) {
    Matcher outcome = Pattern.compile("RankOutcome\\[.*?gpus=\\[(\\d+)]").matcher(call.out());
    LinkedHashSet<String> gpus = new LinkedHashSet<>();
    while (outcome.find()) {
      gpus.add(outcome.group(1));
    }
    return gpus;
  }

  private static Map<Integer, Double> losses(Path output) throws Exception {
    Map<Integer, Double> losses = new TreeMap<>();
    for (Row row :
        new PublishedTable(output, "training_log").rows().select("step", "loss").collectAsList()) {
      losses.put(row.getInt(0), row.getDouble(1));
    }
    return losses;
  }

  private static void assertSameAdapter(Path output) throws Exception {
    String file = "tuned/adapter_model.safetensors";
    try (NDManager manager = NDManager.newBaseManager();
        Safetensors expected = Safetensors.open(single.resolve(file));
        Safetensors actual = Safetensors.open(output.resolve(file))) {
      assertThat(actual.entries().keySet()).isEqualTo(expected.entries().keySet()).isNotEmpty();
      for (String name : expected.entries().keySet()) {
        NDArray difference =
            expected.read(name, manager).sub(actual.read(name, manager)).abs().max();
        assertThat((double) difference.getFloat()).as(name).isLessThan(TOLERANCE);
      }
    }
  }
}
