package io.geolocsft.grpo;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What a step moves the model towards, as TRL 1.16 defines it ({@code GRPOConfig}): the sum over
 * the tokens of all answers of {@code weight * (-min(ratio A, clip(ratio) A) + beta k3)}, with the
 * ratio of a token's probability to the one it was drawn with, and the advantage A of its answer.
 *
 * @param lossType how answers of different lengths are weighted
 * @param scaling what differences of rewards are divided by
 * @param answers of each image
 * @param epsilon ratios below {@code 1 - epsilon} are clipped where the advantage is negative
 * @param epsilonHigh ratios above {@code 1 + epsilonHigh} where it is positive
 * @param beta of the KL divergence to the reference model, by Schulman's estimate k3; 0 for none
 * @param unbiased whether k3 is multiplied by the ratio, which makes its gradient that of the
 *     divergence (DeepSeek-V3.2, arXiv 2512.02556)
 * @param maskTruncated whether answers that were cut off teach nothing
 * @param targetWeight of the mean cross-entropy of what fine-tuning would teach about the same
 *     images, at the temperature that answers are drawn at; 0 for none
 * @param longest tokens that an answer may have, which {@link LossType#DR_GRPO} divides by
 * @param localImages consecutive images of a batch whose tokens {@link LossType#BNPO} counts
 *     together
 */
public record PolicyObjective(
    LossType lossType,
    Scaling scaling,
    int answers,
    double epsilon,
    double epsilonHigh,
    double beta,
    boolean unbiased,
    boolean maskTruncated,
    double targetWeight,
    int longest,
    int localImages) {

  /** What is added to a deviation before it divides. */
  private static final double SCALING_EPSILON = 1e-4;

  /** How tokens are weighted. */
  public enum LossType {
    /** Mean over an answer's tokens, then over the answers (arXiv 2402.03300). */
    GRPO,
    /** All tokens alike, divided by the longest that they could be (arXiv 2503.20783). */
    DR_GRPO,
    /** Mean over all tokens of the batch (arXiv 2503.14476). */
    DAPO,
    /** Mean over the tokens of each local batch, then over those. */
    BNPO,
    /**
     * Not a policy gradient: the mean cross-entropy of the best answers' tokens, at the temperature
     * that they were drawn at.
     */
    BEST_OF
  }

  /** What the differences to a group's mean are divided by. */
  public enum Scaling {
    /** Standard deviation of the group's rewards. */
    GROUP,
    /** Standard deviation of all rewards of the batch. */
    BATCH,
    NONE
  }

  public PolicyObjective {
    checkArgument(answers > 1, "answers must be compared with others: at least 2, not %s", answers);
    checkArgument(epsilon >= 0 && epsilon <= 1, "0 <= epsilon <= 1, not %s", epsilon);
    checkArgument(epsilonHigh >= 0, "epsilon_high >= 0, not %s", epsilonHigh);
    checkArgument(beta >= 0, "beta >= 0, not %s", beta);
    checkArgument(
        beta == 0 || lossType != LossType.BEST_OF,
        "best_of imitates the best answer and has no KL divergence: beta 0, not %s",
        beta);
    checkArgument(targetWeight >= 0, "target_weight >= 0, not %s", targetWeight);
    checkArgument(longest > 0 && localImages > 0, "answers and local batches cannot be empty");
  }

  /**
   * How much better each answer is than the others about its image.
   *
   * @param rewards of a batch, those of an image side by side
   */
  public double[] advantages(float[] rewards) {
    double[] advantages = new double[rewards.length];
    double batch = deviation(rewards, 0, rewards.length);
    for (int from = 0; from < rewards.length; from += answers) {
      double mean = mean(rewards, from, from + answers);
      double group = deviation(rewards, from, from + answers);
      int best = best(rewards, from);
      for (int i = from; i < from + answers; i++) {
        double difference = rewards[i] - mean;
        advantages[i] =
            lossType == LossType.BEST_OF
                ? i == best && group > 0 ? 1 : 0
                : switch (scaling) {
                  case GROUP -> difference / (group + SCALING_EPSILON);
                  case BATCH -> difference / (batch + SCALING_EPSILON);
                  case NONE -> difference;
                };
      }
    }
    return advantages;
  }

  /** The first of the best. */
  private int best(float[] rewards, int from) {
    int best = from;
    for (int i = from; i < from + answers; i++) {
      best = rewards[i] > rewards[best] ? i : best;
    }
    return best;
  }

  private static double mean(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum / (to - from);
  }

  /** With Bessel's correction. */
  static double deviation(float[] values, int from, int to) {
    double mean = mean(values, from, to);
    double squares = 0;
    for (int i = from; i < to; i++) {
      squares += (values[i] - mean) * (values[i] - mean);
    }
    return to - from < 2 ? 0 : Math.sqrt(squares / (to - from - 1));
  }

  /**
   * What each token of an answer counts.
   *
   * @param tokens that each answer of a batch has to learn from, those of an image side by side
   * @param isWhole whether an answer was not cut off
   * @param advantages of the answers
   */
  public double[] weights(int[] tokens, boolean[] isWhole, double[] advantages) {
    double[] counted = new double[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      boolean counts =
          (isWhole[i] || !maskTruncated) && (lossType != LossType.BEST_OF || advantages[i] > 0);
      counted[i] = counts ? tokens[i] : 0;
    }
    int local = lossType == LossType.BNPO ? localImages * answers : tokens.length;
    int batches = (tokens.length + local - 1) / local;
    double[] weights = new double[tokens.length];
    for (int from = 0; from < tokens.length; from += local) {
      int to = Math.min(tokens.length, from + local);
      double all = 0;
      for (int i = from; i < to; i++) {
        all += counted[i];
      }
      for (int i = from; i < to; i++) {
        double divisor =
            switch (lossType) {
              case GRPO -> Math.max(1, counted[i]) * tokens.length;
              case DR_GRPO -> (double) longest * tokens.length;
              case DAPO, BNPO, BEST_OF -> Math.max(1, all) * batches;
            };
        weights[i] = counted[i] > 0 ? 1 / divisor : 0;
      }
    }
    return weights;
  }
}
