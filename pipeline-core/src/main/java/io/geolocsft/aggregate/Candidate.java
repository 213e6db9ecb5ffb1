package io.geolocsft.aggregate;

import io.geolocsft.geo.GeoPoint;

/**
 * One of a model's answers for an image.
 *
 * @param point where it says the image was taken
 * @param logProbability natural logarithm of the answer's probability; a constant if it is unknown
 */
public record Candidate(GeoPoint point, double logProbability) {

  /**
   * Checks the probability.
   *
   * @throws IllegalArgumentException if it is not a number or positive infinity
   */
  public Candidate {
    if (Double.isNaN(logProbability) || logProbability == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "Log-probability %s of the candidate at %s".formatted(logProbability, point));
    }
  }
}
