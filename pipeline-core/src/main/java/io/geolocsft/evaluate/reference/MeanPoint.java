package io.geolocsft.evaluate.reference;

import com.google.common.geometry.S2Point;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.SpherePoints;
import java.util.Iterator;

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
   * @param points one after the other; the last digits of the sum depend on their order
   * @throws IllegalArgumentException if there are no points
   */
  public static GeoPoint of(Iterator<GeoPoint> points) {
    S2Point sum = S2Point.ORIGIN;
    long count = 0;
    while (points.hasNext()) {
      sum = sum.add(SpherePoints.of(points.next()));
      count++;
    }
    if (count == 0) {
      throw new IllegalArgumentException("No points to take the mean of");
    }
    return sum.norm() / count < NO_DIRECTION ? new GeoPoint(0, 0) : SpherePoints.geoPoint(sum);
  }
}
