package io.geolocsft.select;

import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.util.Optional;

/**
 * Thins out the images of one drive or walk, in the order in which they were taken: {@code
 * min_sequence_meters} speaks against one that is too close to the last that was kept.
 */
public final class SequenceSpacing {

  private static final double METERS = 1000;

  private final double leastMeters;
  private String keptId;
  private GeoPoint kept;

  public SequenceSpacing(double leastMeters) {
    this.leastMeters = leastMeters;
  }

  /** What speaks against the next image; empty if it is kept. */
  public Optional<Rejection> next(String imageId, GeoPoint point) {
    double meters =
        kept == null
            ? Double.POSITIVE_INFINITY
            : METERS * DistanceModel.SPHERE_6371_0088.kilometers(kept, point);
    if (meters < leastMeters) {
      return Optional.of(
          new Rejection("min_sequence_meters", meters, leastMeters, "after " + keptId));
    }
    keptId = imageId;
    kept = point;
    return Optional.empty();
  }
}
