package io.geolocsft.aggregate;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.SpherePoints;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The medoid of the heaviest cluster; of equals that of the first candidate. Candidates belong
 * together that are linked by others, each no farther from the next than a distance (single
 * linkage).
 *
 * @param linkKm the distance, km on the mean sphere
 */
record LargestCluster(double linkKm) implements Center {

  @Override
  public GeoPoint of(WeightedPoints points) {
    List<Integer> largest = List.of();
    double heaviest = -1;
    boolean[] seen = new boolean[points.size()];
    for (int i = 0; i < points.size(); i++) {
      if (!seen[i]) {
        List<Integer> cluster = cluster(points, i, seen);
        double weight = cluster.stream().mapToDouble(points::weight).sum();
        // Sums of equal weights differ in their last digits.
        if (weight > heaviest + 1e-12) {
          heaviest = weight;
          largest = cluster;
        }
      }
    }
    return new Medoid().of(points.only(largest));
  }

  private List<Integer> cluster(WeightedPoints points, int first, boolean[] seen) {
    List<Integer> cluster = new ArrayList<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(first));
    seen[first] = true;
    while (!open.isEmpty()) {
      int at = open.remove();
      cluster.add(at);
      for (int i = 0; i < points.size(); i++) {
        if (!seen[i] && areLinked(points, at, i)) {
          seen[i] = true;
          open.add(i);
        }
      }
    }
    return cluster.stream().sorted().toList();
  }

  private boolean areLinked(WeightedPoints points, int a, int b) {
    return points.vector(a).angle(points.vector(b)) * SpherePoints.RADIUS_KM <= linkKm;
  }
}
