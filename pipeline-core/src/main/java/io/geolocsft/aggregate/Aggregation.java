package io.geolocsft.aggregate;

import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A way to make one point of an image's candidates. The same candidates in the same order give the
 * same point.
 */
public final class Aggregation {

  /** About the distance up to which two answers name the same region. */
  private static final double BANDWIDTH_KM = 200;

  private static final String BY_PROBABILITY = "_by_probability";

  private static final Map<String, Center> CENTERS =
      new TreeMap<>(
          Map.of(
              "first", points -> points.point(0),
              "highest_probability", Aggregation::mostProbable,
              "mean", new SphericalMean(),
              "geometric_median", new GeometricMedian(),
              "medoid", new Medoid(),
              "density", new DensityPeak(BANDWIDTH_KM),
              "largest_cluster", new LargestCluster(BANDWIDTH_KM)));

  private final Center center;
  private final Weighting weighting;

  private Aggregation(Center center, Weighting weighting) {
    this.center = center;
    this.weighting = weighting;
  }

  /**
   * The aggregation of a name as the configuration writes it.
   *
   * @param name {@code first} for the greedy answer where it comes first, {@code
   *     highest_probability}, {@code mean} on the sphere, {@code geometric_median}, {@code medoid},
   *     {@code density} for the peak of a Gaussian kernel density of 200 km, or {@code
   *     largest_cluster} for the medoid of the heaviest cluster of candidates within 200 km of one
   *     another; with {@code _by_probability} behind it, candidates count by their probabilities
   * @throws IllegalArgumentException naming the allowed values
   */
  public static Aggregation of(String name) {
    boolean isWeighted = name.endsWith(BY_PROBABILITY);
    String centerName =
        isWeighted ? name.substring(0, name.length() - BY_PROBABILITY.length()) : name;
    Center center = CENTERS.get(centerName);
    if (center == null) {
      throw new IllegalArgumentException(
          "Unknown aggregation '%s' (allowed: %s)".formatted(name, String.join(", ", names())));
    }
    return new Aggregation(center, isWeighted ? Weighting.PROBABILITY : Weighting.EQUAL);
  }

  /** Every name. */
  public static List<String> names() {
    return CENTERS.keySet().stream()
        .flatMap(name -> Stream.of(name, name + BY_PROBABILITY))
        .toList();
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
