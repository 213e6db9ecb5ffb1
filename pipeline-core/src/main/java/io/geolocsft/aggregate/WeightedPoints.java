package io.geolocsft.aggregate;

import com.google.common.geometry.S2Point;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.SpherePoints;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** At least one candidate on the unit sphere, each with its weight; the weights sum to 1. */
final class WeightedPoints {

  private final List<Candidate> candidates;
  private final List<S2Point> vectors;
  private final double[] weights;

  WeightedPoints(List<Candidate> candidates, double[] weights) {
    this.candidates = candidates;
    this.vectors = candidates.stream().map(Candidate::point).map(SpherePoints::of).toList();
    this.weights = weights;
  }

  /** Some of them, by their indices. */
  WeightedPoints only(List<Integer> some) {
    double[] theirs = some.stream().mapToDouble(i -> weights[i]).toArray();
    double sum = DoubleStream.of(theirs).sum();
    return new WeightedPoints(
        some.stream().map(candidates::get).toList(),
        DoubleStream.of(theirs).map(weight -> weight / sum).toArray());
  }

  int size() {
    return weights.length;
  }

  GeoPoint point(int i) {
    return candidates.get(i).point();
  }

  double logProbability(int i) {
    return candidates.get(i).logProbability();
  }

  S2Point vector(int i) {
    return vectors.get(i);
  }

  double weight(int i) {
    return weights[i];
  }

  boolean areIdentical() {
    return candidates.stream().map(Candidate::point).allMatch(point(0)::equals);
  }

  /** Weighted mean of the angles from a place, radians. */
  double cost(S2Point from) {
    return IntStream.range(0, size())
        .mapToDouble(i -> weights[i] * from.angle(vectors.get(i)))
        .sum();
  }

  /** The distance from a point that covers at least half of the weight, km. */
  double medianDistanceKm(GeoPoint from) {
    double[] kilometers =
        candidates.stream()
            .mapToDouble(c -> DistanceModel.SPHERE_6371_0088.kilometers(from, c.point()))
            .toArray();
    List<Integer> nearestFirst =
        IntStream.range(0, size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> kilometers[i]))
            .toList();
    double covered = 0;
    for (int i : nearestFirst) {
      covered += weights[i];
      // Half of the weight up to the rounding of its sum.
      if (covered >= 0.5 - 1e-12) {
        return kilometers[i];
      }
    }
    throw new IllegalStateException("Weights sum to %s, not 1".formatted(covered));
  }

  static GeoPoint geoPoint(S2Point vector) {
    return SpherePoints.geoPoint(vector.normalize());
  }
}
