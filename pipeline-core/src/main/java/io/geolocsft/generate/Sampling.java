package io.geolocsft.generate;

import java.util.Locale;

/**
 * How candidates are drawn.
 *
 * @param candidates answers a prompt
 * @param temperature divides the logits of the sampled candidates; 0 for the greedy one alone
 * @param topK likeliest tokens to sample from; 0 for all
 * @param topP smallest set of likeliest tokens with at least this probability to sample from; 1 for
 *     all
 * @param maxNewTokens where an answer is cut off
 * @param greedyFirst whether the first candidate is greedy, so that it does not depend on a seed,
 *     and only the others are sampled
 */
public record Sampling(
    int candidates,
    double temperature,
    int topK,
    double topP,
    int maxNewTokens,
    boolean greedyFirst) {

  /** Below it logits of usual size overflow when they are divided. */
  private static final double COLDEST = 1e-30;

  public Sampling {
    if (candidates < 1 || maxNewTokens < 1 || topK < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Sampling needs at least one candidate and one token, and top_k >= 0, not %d, %d and"
                  + " %d",
              candidates,
              maxNewTokens,
              topK));
    }
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY) || !(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "Sampling needs temperature >= 0 and 0 < top_p <= 1, not %s and %s"
              .formatted(temperature, topP));
    }
    if ((candidates > 1 || !greedyFirst) && temperature < COLDEST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Temperature %s is greedy, and %d candidates would be the same: ask for one, or for a"
                  + " temperature of at least %s",
              temperature,
              candidates,
              COLDEST));
    }
  }

  /** A greedy candidate, and sampled ones. */
  public Sampling(int candidates, double temperature, int topK, double topP, int maxNewTokens) {
    this(candidates, temperature, topK, topP, maxNewTokens, true);
  }

  /** One greedy answer a prompt. */
  public static Sampling greedy(int maxNewTokens) {
    return new Sampling(1, 1, 0, 1, maxNewTokens);
  }
}
