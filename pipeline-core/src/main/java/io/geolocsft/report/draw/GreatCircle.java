package io.geolocsft.report.draw;

import com.google.common.geometry.S2Point;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.SpherePoints;
import java.util.ArrayList;
import java.util.List;

/** The shortest way between two points on the sphere, as the path of an SVG {@code d} attribute. */
public final class GreatCircle {

  private static final double STEP_RADIANS = Math.toRadians(3);

  private GreatCircle() {}

  public static String path(GeoPoint from, GeoPoint to) {
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
  public static List<GeoPoint> points(GeoPoint from, GeoPoint to) {
    S2Point a = SpherePoints.of(from);
    S2Point b = SpherePoints.of(to);
    double angle = a.angle(b);
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
      points.add(SpherePoints.geoPoint(a.mul(left).add(b.mul(right))));
    }
    points.add(to);
    return points;
  }
}
