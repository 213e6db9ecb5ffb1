package io.geolocsft.grpo;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.training.TrainingExample;
import java.util.Arrays;

/**
 * An image to answer about.
 *
 * @param example whose prompt is asked
 * @param truth where it was taken
 */
public record LocatedExample(TrainingExample example, GeoPoint truth) {

  /** The tokens that the model is asked by. */
  int[] prompt() {
    return Arrays.copyOf(example.tokens(), example.targetStart());
  }

  /** The tokens that fine-tuning teaches. */
  int[] target() {
    return Arrays.copyOfRange(example.tokens(), example.targetStart(), example.tokens().length);
  }
}
