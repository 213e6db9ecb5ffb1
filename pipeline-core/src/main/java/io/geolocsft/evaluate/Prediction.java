package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import io.geolocsft.geo.GeoPoint;
import java.util.Optional;

/**
 * A model's answer for one image.
 *
 * @param point the answer; empty if the model gave none that can be used
 * @param parseFailed whether the model wrote something in which no coordinates could be read
 */
public record Prediction(Optional<GeoPoint> point, boolean parseFailed) {

  /** What an image counts as for which a model has no row at all. */
  public static final Prediction NONE = new Prediction(Optional.empty(), false);

  public Prediction {
    requireNonNull(point, "point");
    checkArgument(point.isEmpty() || !parseFailed, "a point from an unreadable answer");
  }

  public static Prediction at(double latitude, double longitude) {
    return new Prediction(Optional.of(new GeoPoint(latitude, longitude)), false);
  }

  public static Prediction unreadable() {
    return new Prediction(Optional.empty(), true);
  }
}
