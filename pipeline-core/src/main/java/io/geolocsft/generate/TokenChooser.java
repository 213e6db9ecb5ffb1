package io.geolocsft.generate;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Chooses one row's next token from its logits: the likeliest, or a draw after temperature, top-k
 * and top-p.
 */
final class TokenChooser {

  /** A token and the logarithm of its probability at temperature 1. */
  record Choice(int token, double logProbability) {}

  private final Sampling sampling;
  private final boolean greedy;
  private final SplittableRandom random;

  private TokenChooser(Sampling sampling, boolean greedy, long seed) {
    this.sampling = sampling;
    this.greedy = greedy;
    random = new SplittableRandom(seed);
  }

  static TokenChooser of(Sampling sampling, int candidate, long seed) {
    return new TokenChooser(sampling, candidate == 0, seed);
  }

  /**
   * Chooses from the {@code words} logits that begin at {@code from}.
   *
   * @throws ArithmeticException if one is no number
   */
  Choice choose(float[] logits, int from, int words) {
    int likeliest = likeliest(logits, from, words);
    int token = greedy ? likeliest : sample(logits, from, words, logits[from + likeliest]);
    double total = 0;
    for (int i = 0; i < words; i++) {
      total += Math.exp(logits[from + i] - logits[from + likeliest]);
    }
    double logProbability = logits[from + token] - logits[from + likeliest] - Math.log(total);
    if (Double.isNaN(logProbability)) {
      throw new ArithmeticException("The model's logits are no numbers");
    }
    return new Choice(token, logProbability);
  }

  private static int likeliest(float[] logits, int from, int words) {
    int best = 0;
    for (int i = 1; i < words; i++) {
      if (logits[from + i] > logits[from + best]) {
        best = i;
      }
    }
    return best;
  }

  private int sample(float[] logits, int from, int words, float greatest) {
    double[] weights = new double[words];
    for (int i = 0; i < words; i++) {
      weights[i] = Math.exp((logits[from + i] - greatest) / sampling.temperature());
    }
    restrict(weights);
    double left = random.nextDouble() * sum(weights);
    int last = 0;
    for (int i = 0; i < words; i++) {
      if (weights[i] > 0) {
        last = i;
        left -= weights[i];
        if (left < 0) {
          return i;
        }
      }
    }
    return last;
  }

  /** Sets the weights outside top-k, then those outside top-p of what is left, to zero. */
  private void restrict(double[] weights) {
    boolean limited = sampling.topK() > 0 && sampling.topK() < weights.length;
    if (!limited && sampling.topP() == 1) {
      return;
    }
    double floor = limited ? greatest(weights, sampling.topK()) : negligible(weights);
    int[] order =
        IntStream.range(0, weights.length)
            .filter(i -> weights[i] >= floor)
            .boxed()
            .sorted((a, b) -> Double.compare(weights[b], weights[a]))
            .limit(limited ? sampling.topK() : weights.length)
            .mapToInt(Integer::intValue)
            .toArray();
    double total = limited ? Arrays.stream(order).mapToDouble(i -> weights[i]).sum() : sum(weights);
    double[] kept = new double[order.length];
    double sum = 0;
    // A token stays while those before it have not reached the mass, so the likeliest always stays.
    for (int i = 0; i < order.length && sum < sampling.topP() * total; i++) {
      kept[i] = weights[order[i]];
      sum += kept[i];
    }
    Arrays.fill(weights, 0);
    for (int i = 0; i < order.length; i++) {
      weights[order[i]] = kept[i];
    }
  }

  private static double sum(double[] weights) {
    return Arrays.stream(weights).sum();
  }

  /** The k-th greatest weight, without sorting a whole vocabulary. */
  private static double greatest(double[] weights, int k) {
    PriorityQueue<Double> greatest = new PriorityQueue<>(k);
    for (double weight : weights) {
      if (greatest.size() < k) {
        greatest.add(weight);
      } else if (weight > greatest.peek()) {
        greatest.poll();
        greatest.add(weight);
      }
    }
    return greatest.peek();
  }

  /**
   * A weight so small that all below it together lie outside top-p, so that they need no sorting.
   */
  private double negligible(double[] weights) {
    return (1 - sampling.topP()) * sum(weights) / weights.length;
  }
}
