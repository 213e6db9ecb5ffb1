package io.geolocsft.cluster;

import ai.djl.engine.EngineException;
import com.google.common.base.Throwables;
import io.geolocsft.cluster.RankOutcome.Ending;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.grpo.UnfitTargetException;
import io.geolocsft.json.UnusableFileException;
import io.geolocsft.tensor.DeviceMemory;
import io.geolocsft.training.OtherRunException;
import io.geolocsft.training.OutOfDeviceMemoryException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkThrowable;
import org.apache.spark.TaskKilledException;

/**
 * What became of a rank that another try would end in the same way.
 *
 * @param problem what to tell the user
 */
record FinalFailure(Ending ending, String problem) {

  /** What the world does to a rank: files, neighbours, the engine's device, Spark itself. */
  private static final List<Class<?>> WORLD =
      List.of(
          IOException.class,
          InterruptedException.class,
          CancellationException.class,
          TimeoutException.class,
          EngineException.class,
          TaskKilledException.class,
          SparkThrowable.class);

  /**
   * The ending that an exception means; empty if another try may do better.
   *
   * @param section of the settings that says what is trained
   * @param rank that threw it
   */
  static Optional<FinalFailure> of(Exception thrown, String section, int rank) {
    List<Throwable> chain = Throwables.getCausalChain(thrown);
    for (Throwable cause : chain) {
      Optional<FinalFailure> known = known(cause, section, rank);
      if (known.isPresent()) {
        return known;
      }
    }
    boolean isOfTheWorld =
        chain.stream().anyMatch(cause -> WORLD.stream().anyMatch(type -> type.isInstance(cause)));
    return thrown instanceof RuntimeException && !isOfTheWorld
        ? Optional.of(
            new FinalFailure(
                Ending.BUG,
                String.format(
                    Locale.ROOT, "rank %d: %s", rank, Throwables.getStackTraceAsString(thrown))))
        : Optional.empty();
  }

  private static Optional<FinalFailure> known(Throwable cause, String section, int rank) {
    String message = cause.getMessage();
    if (cause instanceof ConfigException) {
      return configuration(message);
    }
    if (cause instanceof OtherRunException) {
      return configuration(message + ". Choose another work folder, or use the earlier settings.");
    }
    if (cause instanceof UnfitTargetException unfit) {
      return configuration(
          String.format(
              Locale.ROOT,
              "%s. %s, or set grpo.target_weight to 0.",
              message,
              unfit.isTooLong()
                  ? "Raise grpo.max_new_tokens"
                  : "Set grpo.constrained to false or examples.target to its form"));
    }
    if (cause instanceof OutOfDeviceMemoryException) {
      return configuration(message + ". " + lessMemory(section));
    }
    if (cause instanceof EngineException engine && DeviceMemory.isLacking(engine)) {
      return configuration(
          String.format(
              Locale.ROOT,
              "The memory of rank %d is not enough (%s). %s",
              rank,
              message,
              lessMemory(section)));
    }
    if (cause instanceof LostImageException || cause instanceof DataException) {
      return Optional.of(new FinalFailure(Ending.DATA, message));
    }
    if (cause instanceof UnusableFileException) {
      return Optional.of(
          new FinalFailure(
              Ending.DATA,
              String.format(
                  Locale.ROOT, "The model cannot be loaded by rank %d: %s", rank, message)));
    }
    return cause instanceof ArithmeticException
        ? Optional.of(
            new FinalFailure(
                Ending.DATA,
                String.format(
                    Locale.ROOT,
                    "%s. Lower %s.learning_rate, or look at the images and texts that it learns from.",
                    message,
                    section)))
        : Optional.empty();
  }

  private static String lessMemory(String section) {
    return section.equals("grpo")
        ? "Lower grpo.max_new_tokens or set model.dtype: bfloat16; or lower grpo.answers, where answers"
            + " are drawn, or set sft.gradient_checkpointing: true, where they are learned from."
        : "Set sft.gradient_checkpointing: true, which changes no step, or model.dtype: bfloat16, or"
            + " lower examples.max_tokens.";
  }

  private static Optional<FinalFailure> configuration(String problem) {
    return Optional.of(new FinalFailure(Ending.CONFIGURATION, problem));
  }
}
