package io.geolocsft.geo;

import java.io.Serializable;

/** The smallest rectangle of longitudes (x) and latitudes (y), in degrees, around a geometry. */
public record Bounds(double xmin, double ymin, double xmax, double ymax) implements Serializable {

  static final Bounds EARTH = new Bounds(-180, -90, 180, 90);

  GeoPoint center() {
    return new GeoPoint((ymin + ymax) / 2, (xmin + xmax) / 2);
  }

  /** Its area in km^2 on the sphere of the mean Earth radius. */
  double areaSquareKm() {
    double height = Math.sin(Math.toRadians(ymax)) - Math.sin(Math.toRadians(ymin));
    return SpherePoints.RADIUS_KM * SpherePoints.RADIUS_KM * height * Math.toRadians(xmax - xmin);
  }
}
