package io.geolocsft.cli;

import io.geolocsft.cli.SparkCluster.Submission;
import io.geolocsft.cli.TinyRun.Call;
import io.geolocsft.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * Fine-tuning on a standalone cluster of this machine: tokens a second of two executors of one core
 * each against one of one core, in turn. An executor can use no other core than its own.
 */
final class SftBench {

  private static final int ROUNDS = 3;

  /** Steps in which JVMs still meet their classes. */
  private static final int WARM_UP = 3;

  private SftBench() {}

  /**
   * @param arguments the configuration, an output folder whose next stage is training, and a folder
   *     to work in; all absolute
   */
  public static void main(String[] arguments) throws Exception {
    Path conf = Path.of(arguments[0]);
    Path prepared = Path.of(arguments[1]);
    Path work = Files.createDirectories(Path.of(arguments[2]));
    List<Double> ratios = new ArrayList<>();
    try (SparkCluster cluster = SparkCluster.ofBoundWorkers(work, 2)) {
      for (int round = 0; round < ROUNDS; round++) {
        double one = train(cluster, conf, copy(prepared, work, "1-" + round), 1);
        double two = train(cluster, conf, copy(prepared, work, "2-" + round), 2);
        System.out.printf(
            Locale.ROOT,
            "one executor %,.0f tokens/s, two executors %,.0f tokens/s: %.2fx%n",
            one,
            two,
            two / one);
        ratios.add(two / one);
      }
    }
    List<Double> sorted = ratios.stream().sorted().toList();
    System.out.printf(
        Locale.ROOT,
        "median %.2fx of %s rounds (%.2fx to %.2fx)%n",
        sorted.get(ROUNDS / 2),
        ROUNDS,
        sorted.get(0),
        sorted.get(ROUNDS - 1));
  }

  private static Path copy(Path from, Path work, String name) throws IOException {
    Path to = work.resolve(name);
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
    return to;
  }

  private static double train(SparkCluster cluster, Path conf, Path output, int ranks)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("sft", "--force", "--conf", conf.toString()));
    command.addAll(List.of("--output", output.toString()));
    for (String setting :
        List.of(
            "model.device=cpu",
            "sft.ranks=" + ranks,
            "sft.batch_size=64",
            "sft.epochs=1",
            "sft.log_steps=1")) {
      command.addAll(List.of("--set", setting));
    }
    Submission submission = cluster.submit(ranks, command);
    Call call = submission.ended();
    if (call.code() != ExitCode.DONE) {
      throw new IOException(call.toString());
    }
    return tokensPerSecond(output);
  }

  /** Of all ranks together, in the median step. */
  private static double tokensPerSecond(Path output) {
    Map<Integer, Double> steps = new TreeMap<>();
    for (Row row :
        new PublishedTable(output, "training_log")
            .rows()
            .select("step", "tokens_per_second")
            .collectAsList()) {
      steps.merge(row.getInt(0), row.getDouble(1), Double::sum);
    }
    List<Double> rates = steps.values().stream().skip(WARM_UP).sorted().toList();
    return rates.get(rates.size() / 2);
  }
}
