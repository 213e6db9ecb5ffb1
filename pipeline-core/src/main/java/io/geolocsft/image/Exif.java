package io.geolocsft.image;

import io.geolocsft.geo.GeoPoint;
import java.time.Instant;
import java.util.Optional;

/**
 * What a camera wrote about a picture.
 *
 * @param orientation Exif value, 1 (upright) to 8
 * @param location where it was taken, if a whole, valid and clear position is stated
 * @param capturedAt when it was taken; a time without an offset is taken as UTC
 */
public record Exif(int orientation, Optional<GeoPoint> location, Optional<Instant> capturedAt) {

  /** Nothing is known. */
  public static final Exif NONE = new Exif(1, Optional.empty(), Optional.empty());

  /** This with another position. */
  Exif withLocation(Optional<GeoPoint> other) {
    return new Exif(orientation, other, capturedAt);
  }
}
