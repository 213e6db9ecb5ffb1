package io.geolocsft.geo;

import com.google.common.geometry.S2LatLng;
import com.google.common.geometry.S2Point;

/** Between degrees and unit vectors. */
final class SpherePoints {

  /** The mean Earth radius R1 (IUGG). */
  static final double RADIUS_KM = 6371.0088;

  private SpherePoints() {}

  static S2Point of(double lat, double lon) {
    return S2LatLng.fromDegrees(lat, lon).toPoint();
  }

  static GeoPoint geoPoint(S2Point point) {
    S2LatLng at = new S2LatLng(point);
    return new GeoPoint(at.latDegrees(), at.lngDegrees());
  }
}
