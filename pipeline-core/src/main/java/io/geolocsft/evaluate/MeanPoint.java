package io.geolocsft.evaluate;

import io.geolocsft.geo.GeoPoint;
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
    double x = 0;
    double y = 0;
    double z = 0;
    for (GeoPoint point : points) {
      double latitude = Math.toRadians(point.latitude());
      double longitude = Math.toRadians(point.longitude());
      x += Math.cos(latitude) * Math.cos(longitude);
      y += Math.cos(latitude) * Math.sin(longitude);
      z += Math.sin(latitude);
    }
    if (Math.sqrt(x * x + y * y + z * z) / points.size() < NO_DIRECTION) {
      return new GeoPoint(0, 0);
    }
    return new GeoPoint(
        Math.toDegrees(Math.atan2(z, Math.hypot(x, y))), Math.toDegrees(Math.atan2(y, x)));
  }
}
