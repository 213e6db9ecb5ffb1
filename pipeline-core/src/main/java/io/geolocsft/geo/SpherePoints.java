package io.geolocsft.geo;

import com.google.common.geometry.S2LatLng;
import com.google.common.geometry.S2Point;

/** Between degrees and unit vectors, and the sphere's radius. */
public final class SpherePoints {

  /** The mean Earth radius R1 (IUGG), km. */
  public static final double RADIUS_KM = 6371.0088;

  private SpherePoints() {}

  /** The unit vector of a point. */
  public static S2Point of(GeoPoint point) {
    return of(point.latitude(), point.longitude());
  }

  /** The unit vector of a point in degrees. */
  public static S2Point of(double lat, double lon) {
    return S2LatLng.fromDegrees(lat, lon).toPoint();
  }

  /** The point that a vector of any length but 0 leads to. */
  public static GeoPoint geoPoint(S2Point vector) {
    S2LatLng at = new S2LatLng(vector);
    return new GeoPoint(at.latDegrees(), at.lngDegrees());
  }
}
