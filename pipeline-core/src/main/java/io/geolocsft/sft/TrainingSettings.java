package io.geolocsft.sft;

import io.geolocsft.lora.LoraConfig;
import io.geolocsft.ring.WireType;
import java.util.Locale;
import java.util.Optional;

/**
 * How to fine-tune.
 *
 * @param lora the adapter to train; without one every weight is trained
 * @param optimization how the tensors under training move
 * @param epochs passes over the examples
 * @param batchSize examples an optimizer step, over all ranks
 * @param microBatchSize examples a forward pass of one rank
 * @param validation on examples that are held out
 * @param checkpointSteps steps between two checkpoints
 * @param seed of the adapter's first values, of what is held out and of the examples' order
 * @param wire what gradients travel as between ranks
 * @param savings how work and memory are saved
 */
public record TrainingSettings(
    Optional<LoraConfig> lora,
    Optimization optimization,
    int epochs,
    int batchSize,
    int microBatchSize,
    Validation validation,
    int checkpointSteps,
    long seed,
    WireType wire,
    Savings savings) {

  public TrainingSettings {
    if (epochs < 1 || batchSize < 1 || microBatchSize < 1 || checkpointSteps < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Training needs at least one epoch, row a batch and step between checkpoints, not %d,"
                  + " %d, %d and %d",
              epochs,
              batchSize,
              microBatchSize,
              checkpointSteps));
    }
  }

  /**
   * AdamW and what it is given.
   *
   * @param learningRate the highest
   * @param warmupSteps steps over which the rate rises linearly from zero
   * @param maxGradientNorm gradients with a greater Euclidean norm are scaled down to it; 0 for no
   *     limit
   * @param weightDecay AdamW's decoupled decay
   */
  public record Optimization(
      double learningRate,
      LearningRateSchedule schedule,
      int warmupSteps,
      double maxGradientNorm,
      double weightDecay,
      double beta1,
      double beta2,
      double epsilon) {

    public Optimization {
      if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)
          || warmupSteps < 0
          || !(maxGradientNorm >= 0)
          || !(weightDecay >= 0)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Training needs a learning rate > 0, and warm-up, gradient norm and weight decay >="
                    + " 0, not %s, %d, %s and %s",
                learningRate,
                warmupSteps,
                maxGradientNorm,
                weightDecay));
      }
      if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
        throw new IllegalArgumentException(
            "AdamW needs 0 <= beta < 1, not %s and %s".formatted(beta1, beta2));
      }
      // It is added in float32, to roots that are 0 where a gradient always was.
      if (!(epsilon >= Float.MIN_NORMAL && epsilon <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "AdamW divides by epsilon in float32, which cannot hold %s: 1e-8 is usual"
                .formatted(epsilon));
      }
    }

    /** AdamW as PyTorch has it by default, at one rate, without decay and clipping. */
    public static Optimization constant(double learningRate) {
      return new Optimization(
          learningRate, LearningRateSchedule.CONSTANT, 0, 0, 0, 0.9, 0.999, 1e-8);
    }

    double rate(int step, int steps) {
      return schedule.rate(learningRate, step, warmupSteps, steps);
    }
  }

  /**
   * Ways to save work or memory, none of which changes loss or gradients but by rounding.
   *
   * @param sharedPrefix whether the tokens that a micro-batch's rows begin with are run once
   * @param recomputeLayers whether layers are rerun in the backward pass instead of being kept
   * @param logits most logits that the loss holds at a time: positions times words
   */
  public record Savings(boolean sharedPrefix, boolean recomputeLayers, long logits) {

    /** 256 MiB of float32 logits. */
    public static final long USUAL_LOGITS = 1L << 26;

    public static final Savings USUAL = new Savings(true, false, USUAL_LOGITS);
  }
}
