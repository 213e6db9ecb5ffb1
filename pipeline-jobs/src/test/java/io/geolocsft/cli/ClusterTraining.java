package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.geolocsft.cli.SparkCluster.Submission;
import io.geolocsft.cli.TinyRun.Call;
import io.geolocsft.failure.ExitCode;
import io.geolocsft.tensor.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** A standalone cluster, and what fine-tuning on it must equal: one rank on the embedded Spark. */
record ClusterTraining(TinyRun tiny, Path single, SparkCluster cluster) implements AutoCloseable {

  private static final double TOLERANCE = 1e-5;

  /**
   * Without dropout, whose draws differ by rank. At a rate at which fifty steps do not blow up the
   * last digits, in which sums of other parts differ: AdamW moves a value whose gradient is all but
   * zero by the whole rate, to one side or the other.
   */
  private static final List<String> STAGE =
      List.of(
          "--force",
          "--set",
          "sft.dropout=0",
          "--set",
          "sft.epochs=10",
          "--set",
          "sft.learning_rate=1.0e-4",
          "--set",
          "sft.ring_timeout_seconds=20");

  /** Trains on one rank and starts two workers of two cores. */
  static ClusterTraining start(String name) throws Exception {
    TinyRun tiny = TinyRun.shared();
    Path single = tiny.copyOfFinished("one-rank-" + name);
    Call call = tiny.call(single, "sft", STAGE.toArray(String[]::new));
    assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.DONE);
    Path folder = Files.createDirectories(tiny.folder().resolve("cluster-" + name));
    return new ClusterTraining(tiny, single, SparkCluster.start(folder, 2, 2));
  }

  /** The output folder of a run whose next stage is training. */
  Path output(String name) throws Exception {
    return tiny.copyOfFinished(name);
  }

  Submission submit(int executors, Path output, String... settings) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("sft"));
    arguments.addAll(List.of("--conf", tiny.configuration().toString()));
    arguments.addAll(List.of("--output", output.toString()));
    arguments.addAll(STAGE);
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return cluster.submit(executors, arguments);
  }

  void assertSame(Call call, Path output) throws Exception {
    assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.DONE);
    assertSameLosses(call, output);
    assertSameAdapter(single, output, "tuned");
  }

  private void assertSameLosses(Call call, Path output) throws Exception {
    Map<Integer, Double> expected = losses(single);
    Map<Integer, Double> losses = losses(output);
    assertThat(losses.keySet()).isEqualTo(expected.keySet()).hasSize(50);
    Map<Integer, Double> differences = new TreeMap<>();
    expected.forEach((step, loss) -> differences.put(step, Math.abs(losses.get(step) - loss)));
    differences.values().removeIf(difference -> difference <= TOLERANCE);
    assertThat(differences).as("steps whose losses differ, and by how much; %s", call).isEmpty();
  }

  private static Map<Integer, Double> losses(Path output) throws Exception {
    Map<Integer, Double> losses = new TreeMap<>();
    for (Row row :
        new PublishedTable(output, "training_log").rows().select("step", "loss").collectAsList()) {
      losses.put(row.getInt(0), row.getDouble(1));
    }
    return losses;
  }

  /** The adapters that two runs have in a folder. */
  static void assertSameAdapter(Path run, Path output, String folder) throws Exception {
    String file = folder + "/adapter_model.safetensors";
    try (NDManager manager = NDManager.newBaseManager();
        Safetensors expected = Safetensors.open(run.resolve(file));
        Safetensors actual = Safetensors.open(output.resolve(file))) {
      assertThat(actual.entries().keySet()).isEqualTo(expected.entries().keySet()).isNotEmpty();
      for (String name : expected.entries().keySet()) {
        NDArray difference =
            expected.read(name, manager).sub(actual.read(name, manager)).abs().max();
        assertThat((double) difference.getFloat()).as(name).isLessThan(TOLERANCE);
      }
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
