package io.geolocsft.training;

import java.util.Locale;

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
    return new Optimization(learningRate, LearningRateSchedule.CONSTANT, 0, 0, 0, 0.9, 0.999, 1e-8);
  }

  /** The learning rate of a step, counted from 0. */
  public double rate(int step, int steps) {
    return schedule.rate(learningRate, step, warmupSteps, steps);
  }
}
