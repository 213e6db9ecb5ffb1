package io.geolocsft.quickstart;

import io.geolocsft.geo.GeoPoint;

/** Small moves on the Earth. */
final class Steps {

  private Steps() {}

  /**
   * The point reached from {@code start} over a great circle.
   *
   * @param bearing degrees, clockwise from north
   * @param distance degrees of arc
   */
  static GeoPoint from(GeoPoint start, double bearing, double distance) {
    double latitude = StrictMath.toRadians(start.latitude());
    double angle = StrictMath.toRadians(distance);
    double north = StrictMath.cos(StrictMath.toRadians(bearing)) * StrictMath.sin(angle);
    double east = StrictMath.sin(StrictMath.toRadians(bearing)) * StrictMath.sin(angle);
    double up = StrictMath.cos(angle);
    double sine = StrictMath.sin(latitude) * up + StrictMath.cos(latitude) * north;
    double turn =
        StrictMath.atan2(east, StrictMath.cos(latitude) * up - StrictMath.sin(latitude) * north);
    return new GeoPoint(
        StrictMath.toDegrees(StrictMath.asin(Math.max(-1, Math.min(1, sine)))),
        StrictMath.IEEEremainder(start.longitude() + StrictMath.toDegrees(turn), 360));
  }
}
