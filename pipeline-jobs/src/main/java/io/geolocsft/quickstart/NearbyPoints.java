package io.geolocsft.quickstart;

import com.google.common.geometry.S1Angle;
import com.google.common.geometry.S2ClosestPointQuery;
import com.google.common.geometry.S2LatLng;
import com.google.common.geometry.S2Point;
import com.google.common.geometry.S2PointIndex;
import io.geolocsft.geo.GeoPoint;
import java.util.List;

/** Points on Earth, asked whether one of them lies near another point. For one thread. */
final class NearbyPoints {

  private final S2ClosestPointQuery<Integer> query;

  /**
   * @param degrees arc within which a point is near
   */
  NearbyPoints(List<GeoPoint> points, double degrees) {
    S2PointIndex<Integer> index = new S2PointIndex<>();
    for (int i = 0; i < points.size(); i++) {
      index.add(s2Point(points.get(i)), i);
    }
    query = new S2ClosestPointQuery<>(index);
    query.setMaxDistance(S1Angle.degrees(degrees));
  }

  boolean anyNear(GeoPoint point) {
    return query.findClosestPoint(s2Point(point)) != null;
  }

  private static S2Point s2Point(GeoPoint point) {
    return S2LatLng.fromDegrees(point.latitude(), point.longitude()).toPoint();
  }
}
