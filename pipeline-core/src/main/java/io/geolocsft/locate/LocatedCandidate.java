package io.geolocsft.locate;

import io.geolocsft.geo.GeoPoint;
import java.util.Optional;

/**
 * One of a model's answers for a photograph.
 *
 * @param point where it says the photograph was taken; empty if the text says no place
 * @param logProbability natural logarithm of the model's probability of the text
 * @param status how the text was read
 * @param text what the model wrote
 */
public record LocatedCandidate(
    Optional<GeoPoint> point, double logProbability, String status, String text) {

  /** The model's probability of the text, in [0, 1]. */
  public double probability() {
    return Math.exp(logProbability);
  }
}
