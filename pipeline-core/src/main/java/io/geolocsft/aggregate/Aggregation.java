package io.geolocsft.aggregate;

import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A way to make one point of an image's candidates. The same candidates in the same order give the
 * same point.
 */
public final class Aggregation {

  /** About the distance up to which two answers name the same region. */
  private static final double BANDWIDTH_KM = 200;

  private static final Map<String, Center> CENTERS =
      new TreeMap<>(
          Map.of(
              "first", points -> points.point(0),
              "highest_probability", Aggregation::mostProbable,
              "mean", new SphericalMean(),
              "geometric_median", new GeometricMedian(),
              "medoid", new Medoid(),
              "density", new DensityPeak(BANDWIDTH_KM)));

  private final Center center;
  private final Weighting weighting;

  private Aggregation(Center center, Weighting weighting) {
    this.center = center;
    this.weighting = weighting;
  }

  /**
   * The aggregation of a name as the configuration writes it, with equal weights.
   *
   * @param name {@code first} for the greedy answer where it comes first, {@code
   *     highest_probability}, {@code mean} on the sphere, {@code geometric_median}, {@code medoid},
   *     or {@code density} for the peak of a Gaussian kernel density of 200 km
   * @throws IllegalArgumentException naming the allowed values
   */
  public static Aggregation of(String name) {
    Center center = CENTERS.get(name);
    if (center == null) {
      throw new IllegalArgumentException(
          "Unknown aggregation '%s' (allowed: %s)".formatted(name, CENTERS.keySet()));
    }
    return new Aggregation(center, Weighting.EQUAL);
  }

  /**
   * The density's peak with another kernel.
   *
   * @param bandwidthKm standard deviation of the Gaussian, km, in (0, 20000]
   */
  public static Aggregation density(double bandwidthKm) {
    return new Aggregation(new DensityPeak(bandwidthKm), Weighting.EQUAL);
  }

  /** The same aggregation with other weights, which also measure its radius. */
  public Aggregation weighted(Weighting other) {
    return new Aggregation(center, other);
  }

  /** The candidates' common point; empty exactly if there are no candidates. */
  public Optional<Aggregate> aggregate(List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    WeightedPoints points = new WeightedPoints(candidates, weighting.weights(candidates));
    GeoPoint point = points.areIdentical() ? points.point(0) : center.of(points);
    return Optional.of(new Aggregate(point, points.medianDistanceKm(point)));
  }

  private static GeoPoint mostProbable(WeightedPoints points) {
    int best = 0;
    for (int i = 1; i < points.size(); i++) {
      if (points.logProbability(i) > points.logProbability(best)) {
        best = i;
      }
    }
    return points.point(best);
  }
}
