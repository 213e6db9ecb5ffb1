package io.geolocsft.sft;

import io.geolocsft.lora.LoraConfig;
import java.util.Optional;

/**
 * How to fine-tune.
 *
 * @param lora the adapter to train; without one every weight is trained
 * @param learningRate peak learning rate of AdamW
 * @param warmupSteps steps over which the rate rises linearly from zero
 * @param epochs passes over the examples
 * @param batchSize examples an optimizer step, over all ranks
 * @param microBatchSize examples a forward pass of one rank
 * @param maxGradientNorm gradients with a greater Euclidean norm are scaled down to it; 0 for no
 *     limit
 * @param weightDecay AdamW's decoupled decay
 * @param checkpointSteps steps between two checkpoints
 * @param keepCheckpoints newest checkpoints that stay
 * @param seed of the adapter's first values and of the examples' order
 * @param savings how work and memory are saved
 */
public record TrainingSettings(
    Optional<LoraConfig> lora,
    double learningRate,
    LearningRateSchedule schedule,
    int warmupSteps,
    int epochs,
    int batchSize,
    int microBatchSize,
    double maxGradientNorm,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    int checkpointSteps,
    int keepCheckpoints,
    long seed,
    Savings savings) {

  /**
   * Ways to save work or memory, none of which changes loss or gradients but by rounding.
   *
   * @param sharedPrefix whether the tokens that a micro-batch's rows begin with are run once
   * @param recomputeLayers whether layers are run again on the way back instead of being kept
   * @param logits most logits that the loss holds at a time: positions times words
   */
  public record Savings(boolean sharedPrefix, boolean recomputeLayers, long logits) {

    /** 256 MiB of float32 logits. */
    public static final long USUAL_LOGITS = 1L << 26;

    public static final Savings USUAL = new Savings(true, false, USUAL_LOGITS);
  }
}
