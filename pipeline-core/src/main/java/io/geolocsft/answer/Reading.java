package io.geolocsft.answer;

import io.geolocsft.answer.coordinate.Coordinate;
import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Two coordinates that stand together in a text.
 *
 * @param first index of the first token that belongs to them
 * @param end index behind the last
 * @param answer what they say; without a point where that is not clear
 * @param coordinates both in the order of the text; none if they were read elsewhere
 */
record Reading(int first, int end, Answer answer, List<Coordinate> coordinates) {

  /** What was read elsewhere, at one token. */
  static Reading of(Answer answer, int index) {
    return new Reading(index, index + 1, answer, List.of());
  }

  /** Two coordinates in the order of the text, of which the first is of an axis. */
  static Reading of(AnswerStatus status, Axis axis, Coordinate one, Coordinate other) {
    Axis otherAxis = axis == Axis.LATITUDE ? Axis.LONGITUDE : Axis.LATITUDE;
    Answer answer =
        one.fits(axis) && other.fits(otherAxis) && !isHalf(one, other)
            ? answer(status, axis, one.degrees(), other.degrees())
            : Answer.without(AnswerStatus.NO_COORDINATES);
    return new Reading(one.first(), other.end(), answer, List.of(one, other));
  }

  /** Whether one has a hemisphere and the other neither one nor a sign. */
  static boolean isHalf(Coordinate one, Coordinate other) {
    boolean signed = one.angle().isSigned() || other.angle().isSigned();
    return one.hasHemisphere() != other.hasHemisphere() && !signed;
  }

  private static Answer answer(
      AnswerStatus status, Axis axis, OptionalDouble one, OptionalDouble other) {
    if (one.isEmpty() || other.isEmpty()) {
      return Answer.without(AnswerStatus.NO_COORDINATES);
    }
    return axis == Axis.LATITUDE
        ? Answer.at(status, one.getAsDouble(), other.getAsDouble())
        : Answer.at(status, other.getAsDouble(), one.getAsDouble());
  }

  /** The same from an earlier token on. */
  Reading from(int index) {
    return new Reading(index, end, answer, coordinates);
  }

  Reading with(Answer other) {
    return new Reading(first, end, other, coordinates);
  }

  /** The same, but not clear. */
  Reading refused() {
    return with(Answer.without(AnswerStatus.NO_COORDINATES));
  }
}
