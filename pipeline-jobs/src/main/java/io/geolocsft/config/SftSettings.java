package io.geolocsft.config;

import com.google.common.math.LongMath;
import io.geolocsft.config.binding.AtLeastOne;
import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Matches;
import io.geolocsft.config.binding.OneOf;
import io.geolocsft.config.binding.Range;
import io.geolocsft.lora.LoraConfig;
import io.geolocsft.ring.WireType;
import io.geolocsft.sft.TrainingSettings;
import io.geolocsft.training.LearningRateSchedule;
import io.geolocsft.training.Optimization;
import io.geolocsft.training.Savings;
import io.geolocsft.training.Validation;
import java.io.Serializable;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Supervised fine-tuning.
 *
 * @param adapter {@code lora}, or {@code none} to train all weights
 * @param rank of the adapter's matrices
 * @param alpha the adapter's output is scaled by {@code alpha / rank}
 * @param rankStabilized scale by {@code alpha / sqrt(rank)} instead (rsLoRA, arXiv 2312.03732)
 * @param targetModules the decoder's linear layers that get an adapter, in every layer
 * @param dropout share of the adapter's inputs that is dropped while training
 * @param learningRate the highest, reached at the end of the warm-up
 * @param schedule how the learning rate falls after the warm-up
 * @param warmupSteps steps from 0 to the learning rate
 * @param epochs passes over the selection
 * @param batchSize examples of one optimizer step over all ranks
 * @param microBatchSize examples that one rank computes at once
 * @param gradientCheckpointing layers are rerun in the backward pass instead of being kept: less
 *     memory for about a third more work
 * @param ranks parallel workers, each with its own copy of the model
 * @param ringTimeoutSeconds a rank silent for this long counts as lost
 * @param unencryptedRing whether gradients may travel unencrypted where Spark's own connections are
 *     encrypted
 * @param gradientDtype what gradients travel as between ranks
 * @param maxGradientNorm gradients are scaled down to it; 0 for no limit
 * @param weightDecay of AdamW
 * @param beta1 of AdamW
 * @param beta2 of AdamW
 * @param epsilon of AdamW
 * @param validationShare of the examples that are held out to watch the loss on; 0 for none
 * @param validationSteps steps between two checks of them
 * @param patience training ends after so many looks in a row without a lower loss; 0 for never
 * @param keepBest whether the result is what had the lowest validation loss, rather than the last
 * @param checkpointSteps steps between checkpoints
 * @param keepCheckpoints how many of the newest are kept
 * @param logSteps steps between rows of {@code training_log}
 * @param mlflowUri tracking server that is told how training goes, and sent the tuned model and the
 *     report; empty for none
 * @param mlflowExperiment what its runs are filed under
 */
public record SftSettings(
    @Default("lora") @OneOf({"lora", "none"}) String adapter,
    @Default("16") @Range(min = 1, max = 1024) int rank,
    @Default("32") @Range(above = 0, max = 4096) double alpha,
    @Default("false") boolean rankStabilized,
    @Default("[q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj]")
        @OneOf({"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"})
        @AtLeastOne
        List<String> targetModules,
    @Default("0") @Range(min = 0, max = 0.9) double dropout,
    @Default("2.0e-5") @Range(above = 0, max = 1) double learningRate,
    @Default("cosine") @OneOf({"cosine", "linear", "constant"}) String schedule,
    @Default("20") @Range(min = 0) int warmupSteps,
    @Default("3") @Range(min = 1, max = 1000) int epochs,
    @Default("16") @Range(min = 1, max = 65_536) int batchSize,
    @Default("2") @Range(min = 1, max = 65_536) int microBatchSize,
    @Default("false") boolean gradientCheckpointing,
    @Default("1") @Range(min = 1, max = 4096) int ranks,
    @Default("600") @Range(min = 1, max = 86_400) int ringTimeoutSeconds,
    @Default("false") boolean unencryptedRing,
    @Default("float32") @OneOf({"float32", "bfloat16"}) String gradientDtype,
    @Default("1.0") @Range(min = 0) double maxGradientNorm,
    @Default("0") @Range(min = 0, max = 1) double weightDecay,
    @Default("0.9") @Range(min = 0, below = 1) double beta1,
    @Default("0.999") @Range(min = 0, below = 1) double beta2,
    @Default("1.0e-8") @Range(above = 0, max = 1) double epsilon,
    @Default("0") @Range(min = 0, max = 0.5) double validationShare,
    @Default("50") @Range(min = 1) int validationSteps,
    @Default("0") @Range(min = 0) int patience,
    @Default("true") boolean keepBest,
    @Default("100") @Range(min = 1) int checkpointSteps,
    @Default("2") @Range(min = 1) int keepCheckpoints,
    @Default("10") @Range(min = 1) int logSteps,
    @Default("''")
        @Matches(
            value = "|https?://(\\[[0-9a-fA-F:.]+]|[^@\\s/:?#\\[\\]]+)(:\\d{1,5})?([/?#][^@\\s]*)?",
            meaning =
                "the address of a server, such as https://mlflow.example:5000, without a password")
        String mlflowUri,
    @Default("geolocsft") @Matches(value = "(?s).*\\S.*", meaning = "a text that is not blank")
        String mlflowExperiment)
    implements Serializable, Consistent {

  /** Settings that say how a run is carried out; whatever they are, the result is the same. */
  private static final Set<String> CARRYING_OUT =
      Set.of(
          "micro_batch_size",
          "gradient_checkpointing",
          "ranks",
          "ring_timeout_seconds",
          "unencrypted_ring",
          "checkpoint_steps",
          "keep_checkpoints",
          "log_steps",
          "mlflow_uri",
          "mlflow_experiment");

  /** Names of the settings that say how a run is carried out; the result is the same. */
  public static Stream<String> carryingOut() {
    return CARRYING_OUT.stream();
  }

  /** The settings that the result depends on, by name. */
  public Map<String, Object> resultSettings() {
    Map<String, Object> all = Settings.map(this);
    all.keySet().removeAll(CARRYING_OUT);
    return all;
  }

  /** The adapter that is trained; empty where all weights are. */
  public Optional<LoraConfig> lora() {
    return adapter.equals("lora")
        ? Optional.of(new LoraConfig(rank, alpha, dropout, targetModules, rankStabilized))
        : Optional.empty();
  }

  /** Steps that so many examples take, none of them held out. */
  public long steps(long examples) {
    return epochs * LongMath.divide(examples, batchSize, RoundingMode.CEILING);
  }

  /** How what is trained moves. */
  public Optimization optimization() {
    return new Optimization(
        learningRate,
        LearningRateSchedule.valueOf(schedule.toUpperCase(Locale.ROOT)),
        warmupSteps,
        maxGradientNorm,
        weightDecay,
        beta1,
        beta2,
        epsilon);
  }

  /** All that the trainer is told. */
  public TrainingSettings training(long seed) {
    return new TrainingSettings(
        lora(),
        optimization(),
        epochs,
        batchSize,
        microBatchSize,
        new Validation(validationShare, validationSteps, patience, keepBest),
        checkpointSteps,
        seed,
        WireType.valueOf(gradientDtype.toUpperCase(Locale.ROOT)),
        new Savings(true, gradientCheckpointing, Savings.USUAL_LOGITS));
  }

  /** What cannot be trained of a model with these settings: why not, by the path of a setting. */
  public Map<String, String> contradictions(ModelSettings model) {
    boolean isWhole = adapter.equals("none");
    Map<String, String> found = new TreeMap<>();
    if (isWhole && !model.dtype().equals("float32")) {
      found.put(
          "model.dtype",
          "is %s, but sft.adapter: none trains all weights, which needs float32"
              .formatted(model.dtype()));
    }
    if (!isWhole && model.weights().equals("random")) {
      found.put(
          "model.weights",
          "is random, which needs sft.adapter: none: an adapter is useless without the weights that it was trained with, and random ones are not saved");
    }
    return found;
  }

  @Override
  public void check(Contradictions found) {
    if (batchSize % ((long) ranks * microBatchSize) != 0) {
      found.add(
          String.format(
              Locale.ROOT,
              "batch_size %d is not a multiple of ranks %d x micro_batch_size %d",
              batchSize,
              ranks,
              microBatchSize));
    }
    if (patience > 0 && validationShare == 0) {
      found.add(
          String.format(Locale.ROOT, "patience %d needs a validation_share above 0", patience));
    }
    found.attempt("epsilon", this::optimization);
    found.attempt(this::lora);
  }
}
