package io.geolocsft.evaluate;

import static java.util.Objects.requireNonNull;

import io.geolocsft.geo.GeoPoint;
import java.util.Optional;

/**
 * A model's answer for one image.
 *
 * @param point the answer; empty if the model gave none that can be used
 * @param status how the text was read, as {@code parse_status} of the tables has it
 * @param areas whether it lies in the areas of the truth
 */
public record Prediction(Optional<GeoPoint> point, String status, AreaMatch areas) {

  /** The status of an image for which a model gave nothing to parse. */
  public static final String NO_ANSWER = "no_answer";

  /** The status of an image for which a model said that it would not answer. */
  public static final String REFUSED = "refused";

  /** What an image counts as for which a model has no row at all. */
  public static final Prediction NONE = new Prediction(Optional.empty(), NO_ANSWER);

  public Prediction {
    requireNonNull(point, "point");
    requireNonNull(status, "status");
    requireNonNull(areas, "areas");
  }

  /** Of whose areas nothing is known. */
  public Prediction(Optional<GeoPoint> point, String status) {
    this(point, status, AreaMatch.UNKNOWN);
  }

  public static Prediction at(double latitude, double longitude) {
    return new Prediction(Optional.of(new GeoPoint(latitude, longitude)), "strict");
  }

  public static Prediction unreadable() {
    return new Prediction(Optional.empty(), "no_coordinates");
  }

  /** Whether the model has no answer that can be used. */
  public boolean isMissing() {
    return point.isEmpty();
  }
}
