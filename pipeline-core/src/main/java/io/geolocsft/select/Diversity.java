package io.geolocsft.select;

import com.google.common.geometry.S2ClosestPointQuery;
import com.google.common.geometry.S2PointIndex;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.LandArea;
import io.geolocsft.geo.SpherePoints;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How well a set of images is spread over Earth.
 *
 * @param images how many there are
 * @param cells how many cells hold at least one
 * @param countries how many countries hold at least one
 * @param cellEntropy Shannon entropy of the images' cells, in bits
 * @param evenness that entropy over its largest value for so many cells, 0 to 1
 * @param medianNearestKm median over the images of the distance to the nearest other, in km; NaN
 *     for fewer than two
 * @param landDivergence Kullback-Leibler divergence of the images' places from an even spread over
 *     Earth's land, in bits, by {@link LandArea}'s cells; 0 is as even as land itself
 */
public record Diversity(
    long images,
    long cells,
    long countries,
    double cellEntropy,
    double evenness,
    double medianNearestKm,
    double landDivergence) {

  /**
   * One image.
   *
   * @param point where it was taken
   * @param cellId its cell, in any cell system
   * @param country its country, null at sea
   */
  public record Placed(GeoPoint point, long cellId, String country) {}

  /** Measures a set. */
  public static Diversity of(List<Placed> images) {
    Map<Long, Long> byCell =
        images.stream()
            .collect(Collectors.groupingBy(Placed::cellId, TreeMap::new, Collectors.counting()));
    double entropy = entropy(byCell, images.size());
    return new Diversity(
        images.size(),
        byCell.size(),
        images.stream().map(Placed::country).filter(Objects::nonNull).distinct().count(),
        entropy,
        byCell.size() < 2 ? 0 : entropy / log2(byCell.size()),
        medianNearestKm(images.stream().map(Placed::point).toList()),
        landDivergence(images));
  }

  private static double landDivergence(List<Placed> images) {
    LandArea land = LandArea.naturalEarth();
    Map<Long, Long> byCell =
        images.stream()
            .collect(
                Collectors.groupingBy(
                    image -> land.cell(image.point()), TreeMap::new, Collectors.counting()));
    double divergence = 0;
    for (Map.Entry<Long, Long> cell : byCell.entrySet()) {
      double share = (double) cell.getValue() / images.size();
      divergence += share * log2(share / land.share(cell.getKey()));
    }
    return divergence;
  }

  private static double entropy(Map<Long, Long> counts, double total) {
    return counts.values().stream().mapToDouble(n -> -n / total * log2(n / total)).sum();
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  private static double medianNearestKm(List<GeoPoint> points) {
    if (points.size() < 2) {
      return Double.NaN;
    }
    S2PointIndex<Integer> index = new S2PointIndex<>();
    for (int i = 0; i < points.size(); i++) {
      index.add(SpherePoints.of(points.get(i)), i);
    }
    S2ClosestPointQuery<Integer> query = new S2ClosestPointQuery<>(index);
    query.setMaxPoints(2);
    double[] nearest = new double[points.size()];
    for (int i = 0; i < nearest.length; i++) {
      // The point itself or one at the same place, and the next.
      nearest[i] =
          query.findClosestPoints(SpherePoints.of(points.get(i))).stream()
              .map(found -> points.get(found.entry().data()))
              .mapToDouble(distanceFrom(points.get(i))::apply)
              .max()
              .orElseThrow();
    }
    Arrays.sort(nearest);
    int half = nearest.length / 2;
    return nearest.length % 2 == 1 ? nearest[half] : (nearest[half - 1] + nearest[half]) / 2;
  }

  private static Function<GeoPoint, Double> distanceFrom(GeoPoint from) {
    return to -> DistanceModel.SPHERE_6371_0088.kilometers(from, to);
  }
}
