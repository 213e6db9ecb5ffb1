package io.geolocsft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import io.geolocsft.cluster.RankOutcome.Ending;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.grpo.UnfitTargetException;
import io.geolocsft.json.UnusableFileException;
import io.geolocsft.training.OutOfDeviceMemoryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.apache.spark.TaskKilledException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TestFinalFailure {

  static Stream<Arguments> endings() {
    return Stream.of(
        Arguments.of(new ConfigException("x"), Ending.CONFIGURATION),
        Arguments.of(new UnfitTargetException("x", true), Ending.CONFIGURATION),
        Arguments.of(new DataException("x"), Ending.DATA),
        Arguments.of(new LostImageException("x"), Ending.DATA),
        Arguments.of(new IOException("row 3", new LostImageException("x")), Ending.DATA),
        Arguments.of(new UnusableFileException("x"), Ending.DATA),
        Arguments.of(new ArithmeticException("x"), Ending.DATA),
        Arguments.of(new IllegalArgumentException("x"), Ending.BUG),
        Arguments.of(new IllegalStateException("x"), Ending.BUG),
        Arguments.of(new NullPointerException("x"), Ending.BUG),
        Arguments.of(new IndexOutOfBoundsException("x"), Ending.BUG));
  }

  @ParameterizedTest
  @MethodSource("endings")
  void whatCannotSucceedEndsAtOnce(Exception thrown, Ending ending) {
    FinalFailure found = FinalFailure.of(thrown, "sft", 2).orElseThrow();
    assertThat(found.ending()).isEqualTo(ending);
    assertThat(found.problem()).contains("x");
  }

  static Stream<Arguments> remedies() {
    return Stream.of(
        Arguments.of(new ArithmeticException("NaN"), "sft", "Lower sft.learning_rate"),
        Arguments.of(new ArithmeticException("NaN"), "grpo", "Lower grpo.learning_rate"),
        Arguments.of(memory(), "sft", "lower examples.max_tokens"),
        Arguments.of(memory(), "grpo", "Lower grpo.max_new_tokens"),
        Arguments.of(new UnfitTargetException("x", true), "grpo", "x. Raise grpo.max_new_tokens"),
        Arguments.of(new UnfitTargetException("x", false), "grpo", "x. Set grpo.constrained"));
  }

  private static Exception memory() {
    return new OutOfDeviceMemoryException("full", null);
  }

  @ParameterizedTest
  @MethodSource("remedies")
  void theRemedyIsASettingOfWhatIsTrained(Exception thrown, String section, String remedy) {
    assertThat(FinalFailure.of(thrown, section, 0).orElseThrow().problem()).contains(remedy);
  }

  static Stream<Exception> passing() {
    return Stream.of(
        new IOException("disk"),
        new SocketTimeoutException("store"),
        new UncheckedIOException(new IOException("disk")),
        new IllegalStateException("wrapped", new IOException("disk")),
        new EngineException("device lost"),
        new TaskKilledException("killed"),
        new CancellationException("interrupted"),
        new InterruptedException());
  }

  @ParameterizedTest
  @MethodSource("passing")
  void whatMayPassIsTriedAgain(Exception thrown) {
    assertThat(FinalFailure.of(thrown, "sft", 0)).isEmpty();
  }

  @Test
  void aBugStaysOneWithItsStackTrace() {
    FinalFailure bug = FinalFailure.of(new IllegalStateException("odd"), "sft", 1).orElseThrow();
    RankOutcome outcome =
        new RankOutcome(1, "host", "cpu()", List.of(), bug.ending(), bug.problem());
    assertThatThrownBy(() -> RankOutcome.requireDone(List.of(outcome)))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("rank 1: java.lang.IllegalStateException: odd")
        .hasMessageContaining("at io.geolocsft.cluster.TestFinalFailure");
  }
}
