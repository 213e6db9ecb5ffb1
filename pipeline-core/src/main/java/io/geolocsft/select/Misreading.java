package io.geolocsft.select;

import io.geolocsft.geo.GeoPoint;
import java.util.Optional;

/** What often becomes of the positions of a whole table on their way. */
public enum Misreading {
  /** Latitude and longitude were exchanged. */
  SWAPPED,
  /** South was read as north, or the other way round. */
  LATITUDE_SIGN,
  /** West was read as east, or the other way round. */
  LONGITUDE_SIGN,
  /** Both. */
  BOTH_SIGNS;

  /** What was meant by a position that was misread so; empty if that is not a point on Earth. */
  public Optional<GeoPoint> meant(GeoPoint read) {
    return switch (this) {
      case SWAPPED -> point(read.longitude(), read.latitude());
      case LATITUDE_SIGN -> point(-read.latitude(), read.longitude());
      case LONGITUDE_SIGN -> point(read.latitude(), -read.longitude());
      case BOTH_SIGNS -> point(-read.latitude(), -read.longitude());
    };
  }

  private static Optional<GeoPoint> point(double lat, double lon) {
    return GeoPoint.isValid(lat, lon) ? Optional.of(new GeoPoint(lat, lon)) : Optional.empty();
  }
}
