package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.cli.SparkCluster.Submission;
import io.geolocsft.cli.TinyRun.Call;
import io.geolocsft.failure.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two executors of a standalone cluster answer, and one of them or the driver is killed at a random
 * moment. The answers are those of an undisturbed run, row for row. {@code mvn verify
 * -DskipITs=false -Dit.test=ITClusterAnswers -Dkills=5} kills each five times.
 */
class ITClusterAnswers {

  private static final int KILLS = Integer.getInteger("kills", 1);

  private static final List<String> STAGE =
      List.of("--force", "--set", "infer.candidates=8", "--set", "infer.models=[tuned]");

  private static final String CHUNKS = ".scratch/infer-*/*/chunk-*.json";

  private static final Random RANDOM = new Random();

  private static ClusterTraining cluster;
  private static Path undisturbed;

  /** Who is killed. */
  enum Killed {
    EXECUTOR,
    DRIVER
  }

  @BeforeAll
  static void start() throws Exception {
    cluster = ClusterTraining.start("answers");
    undisturbed = cluster.output("undisturbed");
    requireDone(submit(undisturbed).ended());
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Submission submit(Path output) throws Exception {
    cluster.cluster().awaitNoExecutors();
    List<String> arguments = new ArrayList<>(List.of("infer"));
    arguments.addAll(List.of("--conf", cluster.tiny().configuration().toString()));
    arguments.addAll(List.of("--output", output.toString()));
    arguments.addAll(STAGE);
    return cluster.cluster().submit(2, arguments);
  }

  private static void requireDone(Call call) {
    assertThat(call.code()).as(call.toString()).isEqualTo(ExitCode.DONE);
  }

  @ParameterizedTest
  @EnumSource
  void aKillLosesNoAnswer(Killed who) throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      Path output = cluster.output("killed-" + who + kill);
      Submission submission = submit(output);
      int chunks = RANDOM.nextInt(1, 4);
      awaitChunks(submission, output, chunks);
      if (who == Killed.EXECUTOR) {
        List<ProcessHandle> executors = cluster.cluster().executors();
        SparkCluster.signal(executors.get(RANDOM.nextInt(executors.size())), "KILL");
      } else {
        submission.kill();
        submission = submit(output);
      }
      Call call = submission.ended();
      requireDone(call);
      assertThat(call.out())
          .as("after %s parts: %s", chunks, call)
          .containsPattern(
              who == Killed.EXECUTOR
                  ? "Lost executor"
                  : "infer: resuming with \\d+ of \\d+ parts answered");
      assertThat(new PublishedTable(output, "candidates").texts())
          .as("after %s parts", chunks)
          .isEqualTo(new PublishedTable(undisturbed, "candidates").texts())
          .isNotEmpty();
    }
  }

  private static void awaitChunks(Submission submission, Path output, int count) throws Exception {
    while (chunks(output) < count) {
      assertThat(submission.process().isAlive()).as("it answered before it was killed").isTrue();
      Thread.sleep(3);
    }
  }

  private static long chunks(Path output) throws IOException {
    if (!TinyRun.holds(output, CHUNKS)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(output.resolve(".scratch"))) {
      return all.filter(path -> path.getFileName().toString().startsWith("chunk-")).count();
    } catch (UncheckedIOException e) {
      return 0; // Something was moved away while it was listed.
    }
  }
}
