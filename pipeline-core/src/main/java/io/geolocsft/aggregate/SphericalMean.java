package io.geolocsft.aggregate;

import com.google.common.geometry.S2Point;
import io.geolocsft.geo.GeoPoint;

/**
 * The direction of the mean of the unit vectors. Far-off candidates pull it along; where the
 * vectors cancel out, as at antipodes, there is no mean and the medoid stands in.
 */
final class SphericalMean implements Center {

  /** Below this length the mean vector's direction is rounding error. */
  private static final double CANCELLED = 1e-9;

  @Override
  public GeoPoint of(WeightedPoints points) {
    S2Point sum = new S2Point(0, 0, 0);
    for (int i = 0; i < points.size(); i++) {
      sum = sum.add(points.vector(i).mul(points.weight(i)));
    }
    return sum.norm() < CANCELLED ? new Medoid().of(points) : WeightedPoints.geoPoint(sum);
  }
}
