package io.geolocsft.geo;

import net.sf.geographiclib.Geodesic;
import net.sf.geographiclib.GeodesicMask;

/**
 * The shape of Earth along which a distance is measured. Published results differ in it: up to 0.56
 * % between sphere and ellipsoid.
 */
public enum DistanceModel {
  /** Sphere of radius 6371 km, as OSV-5M, PLONK and Im2GPS use it. */
  SPHERE_6371(6371),
  /** Sphere of the mean Earth radius R1 = 6371.0088 km (IUGG), the haversine package's. */
  SPHERE_6371_0088(SpherePoints.RADIUS_KM),
  /** Sphere of the equatorial radius 6378.137 km, as PIGEON uses it. */
  SPHERE_6378_137(6378.137),
  /** Geodesic on the WGS84 ellipsoid by Karney's algorithm, as GeoCLIP and G3 use it. */
  WGS84(Double.NaN) {
    @Override
    double between(double lat1, double lon1, double lat2, double lon2) {
      return Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2, GeodesicMask.DISTANCE).s12 / 1000;
    }
  };

  private final double radiusKm;

  DistanceModel(double radiusKm) {
    this.radiusKm = radiusKm;
  }

  /**
   * The shortest distance in km between two points given in degrees.
   *
   * @throws IllegalArgumentException if a point is not on Earth
   */
  public double kilometers(double lat1, double lon1, double lat2, double lon2) {
    GeoPoint.check(lat1, lon1);
    GeoPoint.check(lat2, lon2);
    return between(lat1, lon1, lat2, lon2);
  }

  /** The shortest distance in km. */
  public double kilometers(GeoPoint a, GeoPoint b) {
    return between(a.latitude(), a.longitude(), b.latitude(), b.longitude());
  }

  /**
   * Vincenty's formula for the sphere: the angle from its sine and cosine by atan2, exact to
   * rounding for near, far and antipodal points alike, where haversine's arcsine loses half of the
   * digits.
   */
  double between(double lat1, double lon1, double lat2, double lon2) {
    double phi1 = Math.toRadians(lat1);
    double phi2 = Math.toRadians(lat2);
    double lambda = Math.toRadians(lon2 - lon1);
    double sin1 = Math.sin(phi1);
    double cos1 = Math.cos(phi1);
    double sin2 = Math.sin(phi2);
    double cos2 = Math.cos(phi2);
    double across = cos2 * Math.sin(lambda);
    // Equal to cos1 sin2 - sin1 cos2 cos(lambda), without its cancellation between near points.
    double half = Math.sin(lambda / 2);
    double along = Math.sin(phi2 - phi1) + 2 * sin1 * cos2 * half * half;
    double cosine = sin1 * sin2 + cos1 * cos2 * Math.cos(lambda);
    return radiusKm * Math.atan2(Math.hypot(across, along), cosine);
  }
}
