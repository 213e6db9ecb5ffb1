package io.geolocsft.training;

import java.util.EnumMap;
import java.util.Map;

/** Seconds that a step spent in each phase. */
public final class PhaseClock {

  /** A part of a step. */
  public enum Phase {
    DATA,
    /** Answers are drawn from the model, and rewarded. */
    ROLLOUT,
    FORWARD,
    BACKWARD,
    ALL_REDUCE,
    OPTIMIZER,
    VALIDATION,
    CHECKPOINT
  }

  private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
  private long last = System.nanoTime();

  /** Adds the time since the last call to a phase. */
  public void endOf(Phase phase) {
    long now = System.nanoTime();
    nanos.merge(phase, now - last, Long::sum);
    last = now;
  }

  /** Seconds spent in a phase. */
  public double seconds(Phase phase) {
    return nanos.getOrDefault(phase, 0L) / 1e9;
  }

  /** Seconds of the whole step. */
  public double seconds() {
    return nanos.values().stream().mapToLong(Long::longValue).sum() / 1e9;
  }
}
