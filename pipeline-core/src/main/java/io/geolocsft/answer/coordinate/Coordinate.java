package io.geolocsft.answer.coordinate;

import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * An angle and what says in which hemisphere it lies.
 *
 * @param first index of the first token that belongs to it
 * @param end index behind the last
 */
public record Coordinate(
    Angle angle, Optional<Hemisphere> before, Optional<Hemisphere> behind, int first, int end) {

  public boolean hasHemisphere() {
    return before.isPresent() || behind.isPresent();
  }

  /** Whether its hemispheres, if it has any, are those of an axis. */
  public boolean fits(Axis axis) {
    return Stream.concat(before.stream(), behind.stream()).allMatch(half -> half.axis() == axis);
  }

  /**
   * Signed degrees; empty where it is not clear which hemisphere is meant, or what belongs to the
   * number. A negative number in the south or west is taken as south or west.
   */
  public OptionalDouble degrees() {
    boolean contradicts =
        before.isPresent() && behind.isPresent() && !before.get().equals(behind.get());
    if (angle.broken() || contradicts) {
      return OptionalDouble.empty();
    }
    int sign = before.or(this::behind).map(this::sign).orElseGet(this::sign);
    // Adding zero makes one of minus zero.
    return sign == 0 ? OptionalDouble.empty() : OptionalDouble.of(sign * angle.size() + 0.0);
  }

  private int sign(Hemisphere hemisphere) {
    boolean contradicts = angle.sign() == Angle.Sign.MINUS && hemisphere.sign() > 0;
    return contradicts ? 0 : hemisphere.sign();
  }

  private int sign() {
    return switch (angle.sign()) {
      case NONE, PLUS -> 1;
      case MINUS -> -1;
      case UNSURE -> 0;
    };
  }
}
