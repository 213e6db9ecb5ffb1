package io.geolocsft.aggregate;

import io.geolocsft.geo.GeoPoint;

/** The candidate with the least weighted distance to all others; of equals the first. */
final class Medoid implements Center {

  @Override
  public GeoPoint of(WeightedPoints points) {
    return points.point(index(points));
  }

  static int index(WeightedPoints points) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < points.size(); i++) {
      double cost = points.cost(points.vector(i));
      if (cost < least) {
        least = cost;
        best = i;
      }
    }
    return best;
  }
}
