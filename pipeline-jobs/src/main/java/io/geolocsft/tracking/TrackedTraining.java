package io.geolocsft.tracking;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A training that MLflow is told of.
 *
 * @param run the name of its run
 * @param log the table of its steps
 * @param metrics columns of it that are numbers
 * @param folder of the model
 * @param settings that the model depends on, by name
 */
record TrackedTraining(
    String run,
    TableSchema log,
    List<String> metrics,
    String folder,
    Map<String, Object> settings) {

  /** Fine-tuning. */
  static TrackedTraining tuning(PipelineConfig config) {
    return new TrackedTraining(
        config.run().name(),
        Tables.TRAINING_LOG,
        List.of("loss", "validation_loss", "learning_rate", "gradient_norm", "tokens_per_second"),
        Tables.TUNED,
        prefixed("sft.", config.sft().resultSettings()));
  }

  /** Training by rewards. */
  static TrackedTraining rewards(PipelineConfig config) {
    return new TrackedTraining(
        config.run().name() + "-" + Tables.REWARDED,
        Tables.REWARD_LOG,
        List.of(
            "reward",
            "reward_deviation",
            "validation_reward",
            "median_distance_km",
            "parse_rate",
            "without_spread",
            "entropy",
            "kl",
            "clipped",
            "loss",
            "learning_rate",
            "gradient_norm"),
        Tables.REWARDED,
        prefixed("grpo.", config.grpo().resultSettings()));
  }

  private static Map<String, Object> prefixed(String section, Map<String, Object> settings) {
    Map<String, Object> all = new TreeMap<>();
    settings.forEach((name, value) -> all.put(section + name, value));
    return all;
  }
}
