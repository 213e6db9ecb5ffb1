package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.cli.TinyRun.Call;
import io.geolocsft.failure.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Training that is submitted to a standalone cluster, against the embedded Spark's. */
class ITCluster {

  private static ClusterTraining training;

  @BeforeAll
  static void start() throws Exception {
    training = ClusterTraining.start("ranks");
  }

  @AfterAll
  static void stop() {
    if (training != null) {
      training.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 4", "4, 2"})
  void severalRanksTrainAsOneDoes(int ranks, int microBatch) throws Exception {
    Path output = training.output(String.format(Locale.ROOT, "ranks-%d-%d", ranks, microBatch));
    Call call =
        training
            .submit(ranks, output, "sft.ranks=" + ranks, "sft.micro_batch_size=" + microBatch)
            .ended();
    training.assertSame(call, output);
    assertThat(gpus(call)).as("each rank has a GPU of its own: " + call).hasSize(ranks);
    List<Row> ranksSeen =
        new PublishedTable(output, "training_log").rows().select("rank").distinct().collectAsList();
    assertThat(ranksSeen).hasSize(ranks);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void severalRanksDrawTheAnswersOfOneAndLearnTheSame(int ranks) throws Exception {
    List<String> settings =
        List.of("--force", "--set", "grpo.learning_rate=1.0e-4", "--set", "grpo.beta=0");
    Path single = training.output("rewarded-one");
    Call one = training.tiny().call(single, "grpo", settings.toArray(String[]::new));
    assertThat(one.code()).as(one.toString()).isEqualTo(ExitCode.DONE);
    Path output = training.output(String.format(Locale.ROOT, "rewarded-%d", ranks));
    List<String> arguments = new ArrayList<>(List.of("grpo"));
    arguments.addAll(List.of("--conf", training.tiny().configuration().toString()));
    arguments.addAll(List.of("--output", output.toString()));
    arguments.addAll(settings);
    arguments.addAll(List.of("--set", "grpo.micro_batch_size=1", "--set", "sft.ranks=" + ranks));
    arguments.addAll(List.of("--set", "sft.micro_batch_size=2"));
    Call call = training.cluster().submit(ranks, arguments).ended();
    assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.DONE);
    for (int rank = 0; rank < ranks; rank++) {
      assertThat(rewards(output, rank)).as("rank %d", rank).isEqualTo(rewards(single, 0));
    }
    ClusterTraining.assertSameAdapter(single, output, "rewarded");
  }

  /** What each step's answers are worth to a tenth of a thousandth, and how long they are. */
  private static List<String> rewards(Path output, int rank) {
    return new PublishedTable(output, "reward_log")
            .rows()
            .where("rank = " + rank)
            .orderBy("step")
            .selectExpr("format_number(reward, 4)", "format_number(answer_tokens, 4)", "parse_rate")
            .collectAsList()
            .stream()
            .map(Row::toString)
            .toList();
  }

  /** What was ingested, binned and selected by two workers is what the embedded Spark selects. */
  @Test
  void twoWorkersSelectTheSameBytes() throws Exception {
    Path output = training.output("selected");
    List<String> arguments =
        List.of(
            "run",
            "--conf",
            training.tiny().configuration().toString(),
            "--output",
            output.toString(),
            "--to",
            "select",
            "--force");
    Call call = training.cluster().submit(2, arguments).ended();
    assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.DONE);
    Path embedded = training.tiny().finished();
    for (String table : List.of("selection", "rejections")) {
      assertThat(new PublishedTable(output, table).manifest())
          .isNotEqualTo(new PublishedTable(embedded, table).manifest());
      assertThat(new PublishedTable(output, table).bytes())
          .as(table)
          .usingRecursiveComparison()
          .isEqualTo(new PublishedTable(embedded, table).bytes());
    }
  }

  @Test
  void moreRanksThanExecutorsAreRefused() throws Exception {
    Path output = training.output("no-room");
    Call call = training.submit(1, output, "sft.ranks=2", "sft.micro_batch_size=4").ended();
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
}
