package io.geolocsft.aggregate;

import static com.google.common.base.Preconditions.checkArgument;

import io.geolocsft.aggregate.Calibration.Sureness;
import java.io.Serializable;
import java.util.List;

/**
 * What is kept of a {@link Calibration}: the radii within which answers hold the truth in half of
 * cases and in nine of ten.
 *
 * @param bands from the surest answers to the least sure
 */
public record Radii(List<Band> bands) implements Serializable {

  /**
   * Radii of one answer, km.
   *
   * @param km50 holds the truth in 50 % of cases
   * @param km90 holds it in 90 % of cases
   */
  public record OfAnswer(double km50, double km90) implements Serializable {}

  /**
   * Answers that are about as sure as one another.
   *
   * @param last the least sure answer in it
   * @param images that it was calibrated by
   */
  public record Band(Sureness last, int images, OfAnswer radii) implements Serializable {}

  public Radii {
    bands = List.copyOf(bands);
    checkArgument(!bands.isEmpty(), "there is no band");
  }

  /** Those of an answer. An answer that is less sure than any has those of the least sure. */
  public OfAnswer of(Sureness sureness) {
    return bands.stream()
        .filter(one -> sureness.compareTo(one.last()) <= 0)
        .findFirst()
        .orElse(bands.get(bands.size() - 1))
        .radii();
  }
}
