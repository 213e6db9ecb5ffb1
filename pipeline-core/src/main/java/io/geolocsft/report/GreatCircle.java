package io.geolocsft.report;

import io.geolocsft.geo.GeoPoint;
import java.util.ArrayList;
import java.util.List;

/** The shortest way between two points on the sphere, as the path of an SVG {@code d} attribute. */
final class GreatCircle {

  private static final double STEP_RADIANS = Math.toRadians(3);

  private GreatCircle() {}

  static String path(GeoPoint from, GeoPoint to) {
    StringBuilder path = new StringBuilder();
    GeoPoint last = null;
    for (GeoPoint point : points(from, to)) {
      // Beyond the map's edge the line goes on at the other one.
      boolean jumps = last != null && Math.abs(point.longitude() - last.longitude()) > 180;
      path.append(last == null || jumps ? "M" : "L").append(WorldMap.pixel(point));
      last = point;
    }
    return path.toString();
  }

  /** Both ends and points at most 3 degrees of arc apart between them. */
  static List<GeoPoint> points(GeoPoint from, GeoPoint to) {
    double[] a = vector(from);
    double[] b = vector(to);
    double cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    double angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
    int steps = Math.max(1, (int) Math.ceil(angle / STEP_RADIANS));
    // Antipodes have no shortest way between them; by the pole is as good as any.
    if (Math.PI - angle < 1e-6) {
      return List.of(from, new GeoPoint(90, to.longitude()), to);
    }
    List<GeoPoint> points = new ArrayList<>(steps + 1);
    points.add(from);
    for (int step = 1; step < steps; step++) {
      double share = (double) step / steps;
      double left = Math.sin((1 - share) * angle) / Math.sin(angle);
      double right = Math.sin(share * angle) / Math.sin(angle);
      points.add(
          point(
              left * a[0] + right * b[0], left * a[1] + right * b[1], left * a[2] + right * b[2]));
    }
    points.add(to);
    return points;
  }

  private static double[] vector(GeoPoint point) {
    double latitude = Math.toRadians(point.latitude());
    double longitude = Math.toRadians(point.longitude());
    return new double[] {
      Math.cos(latitude) * Math.cos(longitude),
      Math.cos(latitude) * Math.sin(longitude),
      Math.sin(latitude)
    };
  }

  private static GeoPoint point(double x, double y, double z) {
    return new GeoPoint(
        Math.toDegrees(Math.atan2(z, Math.hypot(x, y))), Math.toDegrees(Math.atan2(y, x)));
  }
}
