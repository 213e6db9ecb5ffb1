package io.geolocsft.geo;

import java.io.Serializable;

/**
 * A point on Earth.
 *
 * @param latitude degrees north, in [-90, 90]
 * @param longitude degrees east, in [-180, 180]
 */
public record GeoPoint(double latitude, double longitude) implements Serializable {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a coordinate is not finite or out of its range
   */
  public GeoPoint {
    check(latitude, longitude);
  }

  static void check(double latitude, double longitude) {
    if (!isValid(latitude, longitude)) {
      throw new IllegalArgumentException(
          "Not a point on Earth: latitude %s (allowed -90 to 90), longitude %s (allowed -180 to 180)"
              .formatted(latitude, longitude));
    }
  }

  /** Whether both coordinates, in degrees, are finite and within their ranges. */
  public static boolean isValid(double latitude, double longitude) {
    // Written so that NaN fails every comparison.
    return latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180;
  }
}
