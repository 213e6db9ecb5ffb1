package io.geolocsft.answer;

import io.geolocsft.geo.GeoPoint;
import java.util.Optional;

/**
 * What was read from a model's output.
 *
 * @param status how it was read, or why not
 * @param point present exactly if the status is readable
 */
public record Answer(AnswerStatus status, Optional<GeoPoint> point) {

  /** Checks that status and point agree. */
  public Answer {
    if (status.isReadable() != point.isPresent()) {
      throw new IllegalArgumentException("An answer %s with point %s".formatted(status, point));
    }
  }

  static Answer without(AnswerStatus status) {
    return new Answer(status, Optional.empty());
  }

  /** A readable answer, or one out of range. */
  static Answer at(AnswerStatus status, double latitude, double longitude) {
    return GeoPoint.isValid(latitude, longitude)
        ? new Answer(status, Optional.of(new GeoPoint(latitude, longitude)))
        : without(AnswerStatus.OUT_OF_RANGE);
  }
}
