package io.geolocsft.cluster;

import com.google.common.math.IntMath;
import io.geolocsft.failure.ConfigException;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * How a training goes over its examples.
 *
 * @param section of the settings, {@code sft} or {@code grpo}
 * @param validationShare of the examples that are held out
 * @param updates optimizer steps for each batch
 */
record EpochSettings(
    String section, double validationShare, int batchSize, int epochs, int updates) {

  /**
   * Checks that so many can be trained on.
   *
   * @throws ConfigException if none would be held out, or all, or the steps cannot be counted
   */
  void check(int examples) {
    requireHeldOut(examples);
    requireCountable(examples);
  }

  private void requireHeldOut(int examples) {
    long heldOut = Math.round(validationShare * examples);
    if (validationShare > 0 && (heldOut == 0 || heldOut == examples)) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "%s.validation_share %s of %d examples holds out %d, and there must be some on"
                  + " either side: change it, or set it to 0",
              section,
              validationShare,
              examples,
              heldOut));
    }
  }

  private void requireCountable(int examples) {
    long batches = IntMath.divide(examples, batchSize, RoundingMode.CEILING);
    long steps = batches * epochs * updates;
    if (steps > Integer.MAX_VALUE) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "%d examples in batches of %s.batch_size %d over %s.epochs %d%s are %d steps: at most"
                  + " %d can be counted",
              examples,
              section,
              batchSize,
              section,
              epochs,
              updates > 1 ? " with " + section + ".iterations " + updates : "",
              steps,
              Integer.MAX_VALUE));
    }
  }
}
