package io.geolocsft.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.failure.ConfigException;
import java.util.Comparator;
import java.util.List;

/**
 * How a rank ended. What another try would not mend is an outcome, not an exception: Spark tries a
 * failed barrier stage again.
 *
 * @param host of the executor
 * @param device that it computed on
 * @param gpus addresses of the GPUs that Spark gave to the task
 * @param problem empty if it is done
 */
public record RankOutcome(
    int rank, String host, String device, List<String> gpus, Ending ending, String problem) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Ways to end, those that say most about a problem first. */
  enum Ending {
    CONFIGURATION,
    DATA,
    BUG,
    STOPPED_BY_ANOTHER,
    DONE
  }

  /** As text, which every serializer that Spark may be set to can carry. */
  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static RankOutcome fromJson(String text) {
    try {
      return JSON.readValue(text, RankOutcome.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A rank ended with '%s'".formatted(text), e);
    }
  }

  /**
   * @throws ConfigException if a rank found the configuration wrong
   * @throws StoppedTrainingException if a rank found that the run cannot go on
   * @throws IllegalStateException with a rank's stack trace if the program is wrong
   */
  static void requireDone(List<RankOutcome> outcomes) {
    RankOutcome worst =
        outcomes.stream()
            .min(Comparator.comparing(RankOutcome::ending).thenComparing(RankOutcome::rank))
            .orElseThrow(() -> new IllegalStateException("The barrier stage ended without a rank"));
    switch (worst.ending()) {
      case CONFIGURATION -> throw new ConfigException(worst.problem());
      case BUG -> throw new IllegalStateException(worst.problem());
      case DATA, STOPPED_BY_ANOTHER -> throw new StoppedTrainingException(worst.problem());
      case DONE -> {}
    }
  }
}
