package io.geolocsft.stage.tune;

import io.geolocsft.stage.StageContext;
import java.util.Locale;

/** What a training that is too short for its warm-up tells. */
final class WarmUp {

  private WarmUp() {}

  /** Tells, if so, that the learning rate is never reached. */
  static void tell(StageContext context, String stage, long steps, int warmUpSteps) {
    if (steps <= warmUpSteps) {
      context.tell(
          String.format(
              Locale.ROOT,
              "%s: all %d steps are warm-up (%s.warmup_steps is %d), so the learning rate is not reached",
              stage,
              steps,
              stage,
              warmUpSteps));
    }
  }
}
