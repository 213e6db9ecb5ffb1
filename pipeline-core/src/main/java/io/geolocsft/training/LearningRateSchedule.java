package io.geolocsft.training;

/** The learning rate's course after the warm-up, as in transformers' {@code get_scheduler}. */
public enum LearningRateSchedule {
  /** Falls along half a cosine to zero. */
  COSINE {
    @Override
    double decay(double progress) {
      return 0.5 * (1 + Math.cos(Math.PI * progress));
    }
  },
  /** Falls along a line to zero. */
  LINEAR {
    @Override
    double decay(double progress) {
      return 1 - progress;
    }
  },
  /** Stays. */
  CONSTANT {
    @Override
    double decay(double progress) {
      return 1;
    }
  };

  /** Share of the peak at {@code progress} in [0, 1] of the steps after the warm-up. */
  abstract double decay(double progress);

  /** The rate of a step, counted from 0, of {@code steps} in all. */
  double rate(double peak, int step, int warmupSteps, int steps) {
    if (step < warmupSteps) {
      return peak * step / Math.max(1, warmupSteps);
    }
    return peak * decay((step - warmupSteps) / (double) Math.max(1, steps - warmupSteps));
  }
}
