package io.geolocsft.aggregate;

import static com.google.common.base.Preconditions.checkArgument;

import io.geolocsft.aggregate.Calibration.Sureness;
import java.io.Serializable;
import java.util.List;

/**
 * What is kept of a {@link Calibration}: the radii within which answers hold the truth in half of
 * cases and in nine of ten.
 *
 * @param classes from the surest answers to the least sure
 */
public record Radii(List<Class> classes) implements Serializable {

  /**
   * Radii of one answer, km.
   *
   * @param km50 holds the truth in 50 % of cases
   * @param km90 holds it in 90 % of cases
   */
  public record Pair(double km50, double km90) implements Serializable {}

  /**
   * Answers that are about as sure as one another.
   *
   * @param last the least sure answer in it
   * @param images that it was calibrated by
   */
  public record Class(Sureness last, int images, Pair radii) implements Serializable {}

  public Radii {
    classes = List.copyOf(classes);
    checkArgument(!classes.isEmpty(), "there is no class");
  }

  /** Those of an answer. An answer that is less sure than any has those of the least sure. */
  public Pair of(Sureness sureness) {
    return classes.stream()
        .filter(one -> sureness.compareTo(one.last()) <= 0)
        .findFirst()
        .orElse(classes.get(classes.size() - 1))
        .radii();
  }
}
