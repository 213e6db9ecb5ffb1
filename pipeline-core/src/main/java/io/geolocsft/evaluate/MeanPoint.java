package io.geolocsft.evaluate;

import com.google.common.geometry.S2Point;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.SpherePoints;
import java.util.Collection;

/**
 * The reference that looks at no image: one answer for all of them, the middle of the training
 * points on the sphere. A model that has learned anything from pixels beats it.
 */
public final class MeanPoint {

  // Shorter mean vectors have no direction but that of rounding.
  private static final double NO_DIRECTION = 1e-9;

  private MeanPoint() {}

  /**
   * The direction of the mean of the points' unit vectors, which minimises the mean squared chord
   * length. Where they cancel out, as those of two antipodes do, it is latitude 0, longitude 0.
   *
   * @throws IllegalArgumentException if there are no points
   */
  public static GeoPoint of(Collection<GeoPoint> points) {
    if (points.isEmpty()) {
      throw new IllegalArgumentException("No points to take the mean of");
    }
    S2Point sum = points.stream().map(SpherePoints::of).reduce(S2Point.ORIGIN, (a, b) -> a.add(b));
    return sum.norm() / points.size() < NO_DIRECTION
        ? new GeoPoint(0, 0)
        : SpherePoints.geoPoint(sum);
  }
}
