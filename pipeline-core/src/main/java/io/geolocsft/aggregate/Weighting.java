package io.geolocsft.aggregate;

import java.util.List;

/** How much each candidate counts. */
public enum Weighting {
  /** All the same. Right for samples: a probable answer is drawn more often already. */
  EQUAL {
    @Override
    double[] weights(List<Candidate> candidates) {
      return normalized(new double[candidates.size()]);
    }
  },
  /** In proportion to the probability. Right for distinct answers, as a beam search gives them. */
  PROBABILITY {
    @Override
    double[] weights(List<Candidate> candidates) {
      return normalized(candidates.stream().mapToDouble(Candidate::logProbability).toArray());
    }
  };

  /** Weights that sum to 1. */
  abstract double[] weights(List<Candidate> candidates);

  /** The softmax; equal weights if every probability is 0. */
  private static double[] normalized(double[] logs) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double log : logs) {
      largest = Math.max(largest, log);
    }
    double sum = 0;
    double[] weights = new double[logs.length];
    for (int i = 0; i < logs.length; i++) {
      weights[i] = largest == Double.NEGATIVE_INFINITY ? 1 : Math.exp(logs[i] - largest);
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }
}
