package io.geolocsft.evaluate;

/**
 * How many images only one of two models answered within a threshold.
 *
 * @param one only the first
 * @param other only the second
 */
public record DiscordantImages(long one, long other) {

  /** Of McNemar's test. */
  public double pValue() {
    return McNemar.pValue(one, other);
  }
}
