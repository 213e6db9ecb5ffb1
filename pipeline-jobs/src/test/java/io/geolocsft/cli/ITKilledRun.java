package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.cli.TinyRun.Call;
import io.geolocsft.failure.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * One run that is killed in four stages, each time in the middle of the work, and called again. It
 * has a local Spark of its own with other partitions than the undisturbed run has.
 */
class ITKilledRun {

  private static final double TOLERANCE = 1e-6;

  private static TinyRun tiny;
  private static Path undisturbed;

  @BeforeAll
  static void runOnce() throws IOException {
    tiny = TinyRun.shared();
    undisturbed = tiny.finished();
  }

  @Test
  void aKilledRunGoesOnAndEndsWithTheSameTables() throws Exception {
    Path output = tiny.folder().resolve("killed");

    tiny.fork(output, "run").killWhen(() -> TinyRun.holds(output, ".staging/catalogue-*"));
    assertWhole(output);
    assertThat(TinyRun.tables(output)).doesNotContain("catalogue");

    ForkedCall training = tiny.fork(output, "run");
    training.killWhen(() -> TinyRun.holds(output, ".scratch/sft-*/checkpoints/step-*"));
    assertWhole(output);
    assertThat(TinyRun.tables(output)).contains("examples").doesNotContain("training_log");
    assertThat(training.ended().err()).contains("ingest: running", "Resuming after the process");

    ForkedCall rewarding = tiny.fork(output, "run");
    rewarding.killWhen(() -> TinyRun.holds(output, ".scratch/grpo-*/checkpoints/step-*"));
    assertWhole(output);
    assertThat(TinyRun.tables(output)).contains("training_log").doesNotContain("reward_log");
    assertThat(rewarding.ended().err()).contains("examples: skipped", "sft: running");
    assertThat(rewarding.ended().out()).containsPattern("sft: resuming after step \\d+");

    ForkedCall answering = tiny.fork(output, "run");
    answering.killWhen(() -> TinyRun.holds(output, ".scratch/infer-*/*/chunk-*.json"));
    assertWhole(output);
    assertThat(TinyRun.tables(output)).contains("reward_log").doesNotContain("candidates");
    assertThat(answering.ended().err()).contains("sft: skipped", "grpo: running");
    assertThat(answering.ended().out()).containsPattern("grpo: resuming after step \\d+");

    Call last = tiny.fork(output, "run").ended();
    assertThat(last.code()).as(last.toString()).isEqualTo(ExitCode.DONE);
    assertThat(last.err()).contains("grpo: skipped", "Resuming after the process");
    assertThat(last.out()).containsPattern("infer: resuming with \\d+ of \\d+ parts answered");
    assertSame(output);
  }

  /**
   * Killed while answers are drawn, learned from or written to a checkpoint, as it happens: so many
   * times as {@code -Dkills=20} says.
   */
  @Test
  @EnabledIfSystemProperty(named = "kills", matches = "[1-9]\\d*")
  void trainingByRewardsMayBeKilledAtAnyMoment() throws Exception {
    List<String> longer = List.of("--set", "grpo.epochs=60", "--set", "grpo.checkpoint_steps=1");
    Path straight = tiny.copyOfFinished("rewarded-straight");
    assertThat(tiny.call(straight, "grpo", longer.toArray(String[]::new)).code()).isZero();
    Path output = tiny.copyOfFinished("rewarded-killed");
    Random random = new Random(1);
    int kills = 0;
    while (kills < Integer.getInteger("kills")) {
      long pause = random.nextLong(1_000, 7_000);
      ForkedCall call = tiny.fork(output, "grpo", longer.toArray(String[]::new));
      call.killWhen(
          () -> {
            boolean isBegun = call.err().contains("grpo: running");
            Thread.sleep(isBegun ? pause : 0);
            return isBegun;
          });
      assertWhole(output);
      kills++;
    }
    Call last = tiny.fork(output, "grpo", longer.toArray(String[]::new)).ended();
    assertThat(last.code()).as(last.toString()).isEqualTo(ExitCode.DONE);
    assertThat(last.out()).containsPattern("grpo: resuming after step \\d+");
    assertSameRewards(steps(output, "reward_log"), steps(straight, "reward_log"));
    assertSameAdapter(adapter(output, "rewarded"), adapter(straight, "rewarded"));
  }

  /** Whoever reads between a kill and the next run sees whole tables only. */
  private static void assertWhole(Path output) throws IOException {
    if (!Files.exists(output.resolve("tables"))) {
      return;
    }
    for (String name : TinyRun.tables(output)) {
      PublishedTable table = new PublishedTable(output, name);
      assertThat(table.rows().count()).as(name).isEqualTo(table.manifestRows());
    }
  }

  private static void assertSame(Path output) throws IOException {
    List<String> tables = TinyRun.tables(undisturbed);
    assertThat(TinyRun.tables(output)).isEqualTo(tables);
    for (String name : tables) {
      if (!name.equals("training_log") && !name.equals("reward_log")) {
        assertThat(new PublishedTable(output, name).texts())
            .as(name)
            .isEqualTo(new PublishedTable(undisturbed, name).texts());
      }
    }
    // The selection is the same to the byte, though other JVMs made it of other partitions.
    assertThat(new PublishedTable(output, "selection").bytes())
        .usingRecursiveComparison()
        .isEqualTo(new PublishedTable(undisturbed, "selection").bytes());
    assertSameTraining(steps(output, "training_log"), steps(undisturbed, "training_log"));
    assertSameRewards(steps(output, "reward_log"), steps(undisturbed, "reward_log"));
    for (String folder : List.of("tuned", "rewarded")) {
      assertSameAdapter(adapter(output, folder), adapter(undisturbed, folder));
    }
    assertThat(output.resolve("report/report.html")).exists();
    assertThat(output.resolve(".scratch")).doesNotExist();
    assertThat(output.resolve(".staging")).isEmptyDirectory();
  }

  private static List<Row> steps(Path output, String log) {
    return new PublishedTable(output, log).rows().orderBy("step").collectAsList();
  }

  private static void assertSameTraining(List<Row> steps, List<Row> expected) {
    assertThat(steps).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      Row step = steps.get(i);
      for (String column : List.of("loss", "learning_rate", "gradient_norm", "epoch")) {
        assertThat(step.<Double>getAs(column))
            .as(column + " of step " + i)
            .isCloseTo(expected.get(i).<Double>getAs(column), within(TOLERANCE));
      }
      assertThat(step.<Integer>getAs("step")).isEqualTo(i);
      assertThat(step.<Long>getAs("target_tokens"))
          .isEqualTo(expected.get(i).<Long>getAs("target_tokens"));
    }
  }

  private static void assertSameRewards(List<Row> steps, List<Row> expected) {
    assertThat(steps).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      for (String column : List.of("reward", "kl", "entropy", "loss", "gradient_norm")) {
        assertThat(steps.get(i).<Double>getAs(column))
            .as(column + " of step " + i)
            .isCloseTo(expected.get(i).<Double>getAs(column), within(TOLERANCE));
      }
    }
  }

  private static void assertSameAdapter(FloatBuffer adapter, FloatBuffer expected) {
    assertThat(adapter.remaining()).isEqualTo(expected.remaining()).isPositive();
    for (int i = 0; i < expected.limit(); i++) {
      assertThat(adapter.get(i)).isCloseTo(expected.get(i), within((float) TOLERANCE));
    }
  }

  /** All values of the adapter, which are float32, behind the header whose length stands first. */
  private static FloatBuffer adapter(Path output, String folder) throws IOException {
    byte[] file = Files.readAllBytes(output.resolve(folder + "/adapter_model.safetensors"));
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int begin = Math.toIntExact(Long.BYTES + bytes.getLong());
    return bytes.slice(begin, file.length - begin).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
