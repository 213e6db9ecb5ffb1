package io.geolocsft.config;

import com.google.common.math.LongMath;
import io.geolocsft.config.binding.AtLeastOne;
import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.OneOf;
import io.geolocsft.config.binding.Range;
import io.geolocsft.config.reward.RewardMap;
import io.geolocsft.config.reward.RewardSettings;
import io.geolocsft.grpo.PolicyObjective;
import io.geolocsft.grpo.PolicyObjective.LossType;
import io.geolocsft.grpo.PolicyObjective.Scaling;
import io.geolocsft.grpo.PolicySettings;
import io.geolocsft.reward.Reward;
import io.geolocsft.ring.WireType;
import io.geolocsft.training.LearningRateSchedule;
import io.geolocsft.training.Optimization;
import io.geolocsft.training.Savings;
import io.geolocsft.training.Validation;
import java.io.Serializable;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Training by rewards (GRPO), after fine-tuning: the tuned adapter goes on by what its own answers
 * are worth. How ranks work together, and MLflow, are as {@code sft} says.
 *
 * @param epochs passes over the examples; 0 for none, and the stage does nothing
 * @param objective how answers of different lengths are weighted, as TRL's {@code loss_type}:
 *     {@code dapo}, {@code grpo}, {@code dr_grpo}, {@code bnpo} (which counts the tokens of {@code
 *     micro_batch_size} images together); or {@code best_of}: the best answer of each image is
 *     imitated, by its cross-entropy at {@code temperature}
 * @param rewards what answers are rewarded for, added up
 * @param answers of each image, compared with one another
 * @param scaleRewards what differences of rewards are divided by: the standard deviation of an
 *     image's answers, of the batch's, or nothing
 * @param temperature that answers are drawn at
 * @param maxNewTokens where an answer is cut off
 * @param constrained whether an answer is held to the form of {@code examples.target} with
 *     coordinates on Earth
 * @param maskTruncated whether answers that were cut off teach nothing
 * @param targetWeight of the cross-entropy, at {@code temperature}, of the target that fine-tuning
 *     teaches about the image, learned beside its answers; 0 for none
 * @param iterations optimizer steps for the answers of one step
 * @param epsilon how far a token's probability may fall before it is clipped
 * @param epsilonHigh how far it may rise
 * @param beta of the KL divergence to the tuned adapter; 0 for none
 * @param unbiasedKl whether the divergence is weighted by the ratio of probabilities, so that its
 *     gradient is unbiased
 * @param learningRate the highest, reached at the end of the warm-up
 * @param schedule how the learning rate falls after the warm-up
 * @param warmupSteps optimizer steps from 0 to the learning rate
 * @param batchSize images of one step over all ranks
 * @param microBatchSize images, with all their answers, that one rank computes at once
 * @param rolloutBatchSize images that one rank draws answers to at once
 * @param maxGradientNorm gradients are scaled down to it; 0 for no limit
 * @param validationShare of the examples that are held out to watch the reward of greedy answers
 *     on; 0 for none
 * @param validationSteps steps between two checks of them
 * @param patience training ends after so many looks in a row without a higher reward; 0 for never
 * @param keepBest whether the result is what had the highest held-out reward, rather than the last
 * @param checkpointSteps steps between checkpoints
 * @param keepCheckpoints how many of the newest are kept
 */
public record GrpoSettings(
    @Default("0") @Range(min = 0, max = 1000) int epochs,
    @Default("dapo") @OneOf({"dapo", "grpo", "dr_grpo", "bnpo", "best_of"}) String objective,
    @Default("[{kind: geoscore}]") @AtLeastOne List<RewardSettings> rewards,
    @Default("8") @Range(min = 2, max = 1024) int answers,
    @Default("group") @OneOf({"group", "batch", "none"}) String scaleRewards,
    @Default("1.0") @Range(min = 0.01, max = 10) double temperature,
    @Default("256") @Range(min = 1, max = 8192) int maxNewTokens,
    @Default("true") boolean constrained,
    @Default("false") boolean maskTruncated,
    @Default("0") @Range(min = 0, max = 100) double targetWeight,
    @Default("1") @Range(min = 1, max = 100) int iterations,
    @Default("0.2") @Range(min = 0, max = 1) double epsilon,
    @Default("0.28") @Range(min = 0, max = 100) double epsilonHigh,
    @Default("0") @Range(min = 0, max = 100) double beta,
    @Default("true") boolean unbiasedKl,
    @Default("1.0e-5") @Range(above = 0, max = 1) double learningRate,
    @Default("constant") @OneOf({"cosine", "linear", "constant"}) String schedule,
    @Default("0") @Range(min = 0) int warmupSteps,
    @Default("64") @Range(min = 1, max = 65_536) int batchSize,
    @Default("8") @Range(min = 1, max = 65_536) int microBatchSize,
    @Default("32") @Range(min = 1, max = 65_536) int rolloutBatchSize,
    @Default("1.0") @Range(min = 0) double maxGradientNorm,
    @Default("0") @Range(min = 0, max = 0.5) double validationShare,
    @Default("10") @Range(min = 1) int validationSteps,
    @Default("0") @Range(min = 0) int patience,
    @Default("true") boolean keepBest,
    @Default("10") @Range(min = 1) int checkpointSteps,
    @Default("2") @Range(min = 1) int keepCheckpoints)
    implements Serializable, Consistent {

  /** Settings that say how a run is carried out; whatever they are, the result is the same. */
  private static final Set<String> CARRYING_OUT =
      Set.of("micro_batch_size", "rollout_batch_size", "checkpoint_steps", "keep_checkpoints");

  /**
   * Names of the settings that say how a run is carried out; the result is the same.
   *
   * @param objective as {@link #objective()} has it
   */
  public static Stream<String> carryingOut(String objective) {
    return CARRYING_OUT.stream()
        .filter(name -> !(name.equals("micro_batch_size") && objective.equals("bnpo")));
  }

  /** The settings that the result depends on, by name. */
  public Map<String, Object> resultSettings() {
    Map<String, Object> all = Settings.map(this);
    carryingOut(objective).forEach(all.keySet()::remove);
    return all;
  }

  /** Whether the adapter is trained by rewards at all. */
  public boolean isWanted() {
    return epochs > 0;
  }

  /** All that answers are rewarded for. */
  public Reward reward(RewardMap map) {
    return RewardSettings.sum(rewards, map);
  }

  /** Paths of the settings of the maps that rewards look at. */
  public Set<String> maps() {
    return rewards.stream()
        .flatMap(reward -> reward.map().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Optimizer steps that so many examples take, none of them held out. */
  public long steps(long examples) {
    return (long) epochs * iterations * LongMath.divide(examples, batchSize, RoundingMode.CEILING);
  }

  private PolicyObjective policyObjective() {
    return new PolicyObjective(
        LossType.valueOf(objective.toUpperCase(Locale.ROOT)),
        Scaling.valueOf(scaleRewards.toUpperCase(Locale.ROOT)),
        answers,
        epsilon,
        epsilonHigh,
        beta,
        unbiasedKl,
        maskTruncated,
        targetWeight,
        maxNewTokens,
        microBatchSize);
  }

  /**
   * All that the trainer is told.
   *
   * @param sft says how ranks work together, and the rest of AdamW's settings
   */
  public PolicySettings training(SftSettings sft, long seed) {
    return new PolicySettings(
        policyObjective(),
        temperature,
        maxNewTokens,
        iterations,
        new Optimization(
            learningRate,
            LearningRateSchedule.valueOf(schedule.toUpperCase(Locale.ROOT)),
            warmupSteps,
            maxGradientNorm,
            sft.weightDecay(),
            sft.beta1(),
            sft.beta2(),
            sft.epsilon()),
        epochs,
        batchSize,
        microBatchSize,
        rolloutBatchSize,
        new Validation(validationShare, validationSteps, patience, keepBest),
        checkpointSteps,
        seed,
        WireType.valueOf(sft.gradientDtype().toUpperCase(Locale.ROOT)),
        new Savings(true, sft.gradientCheckpointing(), Savings.USUAL_LOGITS));
  }

  /** What cannot be trained beside other settings: why not, by the path of a setting. */
  public Map<String, String> contradictions(SftSettings sft, ExampleSettings examples) {
    Map<String, String> found = new TreeMap<>();
    if (isWanted() && sft.lora().isEmpty()) {
      found.put(
          "grpo.epochs", "is above 0, but sft.adapter: none leaves no adapter to train by rewards");
    }
    int longest = constrained ? examples.template().grammar().bound() : 0;
    if (isWanted() && longest > maxNewTokens) {
      found.put(
          "grpo.max_new_tokens",
          String.format(
              Locale.ROOT,
              "is %d, but an answer of this form may need %d: raise it, or set grpo.constrained to false",
              maxNewTokens,
              longest));
    }
    return found;
  }

  @Override
  public void check(Contradictions found) {
    if (patience > 0 && validationShare == 0) {
      found.add(
          String.format(Locale.ROOT, "patience %d needs a validation_share above 0", patience));
    }
    found.attempt(this::policyObjective);
  }
}
