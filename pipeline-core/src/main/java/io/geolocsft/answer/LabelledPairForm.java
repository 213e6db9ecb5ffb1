package io.geolocsft.answer;

import io.geolocsft.answer.coordinate.Coordinate;
import io.geolocsft.answer.coordinate.Coordinates;
import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import io.geolocsft.answer.token.Typography;
import java.util.Optional;

/** Both labels, and then both numbers in their order: {@code (lon, lat) = (2.3, 48.9)}. */
final class LabelledPairForm implements Form {

  private static final int GAP = 24;

  private final Tokens tokens;
  private final Coordinates coordinates;

  LabelledPairForm(Tokens tokens, Coordinates coordinates) {
    this.tokens = tokens;
    this.coordinates = coordinates;
  }

  @Override
  public Optional<Reading> at(int index) {
    Optional<Axis> axis = coordinates.label(index);
    int other = axis.isEmpty() ? -1 : label(index + 1);
    if (other < 0 || coordinates.label(other).equals(axis)) {
      return Optional.empty();
    }
    int number = number(other + 1);
    return number < 0
        ? Optional.empty()
        : pair(number).map(both -> reading(axis.get(), both.one, both.other).from(index));
  }

  private Reading reading(Axis axis, Coordinate one, Coordinate other) {
    Reading reading = Reading.of(AnswerStatus.LABELLED, axis, one, other);
    return coordinates.isRange(other.end()) ? reading.refused() : reading;
  }

  /** The second label, with no more than a separator or "and" between; -1 if there is none. */
  private int label(int from) {
    for (int i = from; i < from + 5; i++) {
      Token token = tokens.get(i);
      if (coordinates.label(i).isPresent()) {
        return i;
      }
      if (!token.isMark(",;/|&()[]\"'°.:-")
          && !token.is(Term.AND)
          && !token.is(TokenType.NEWLINE)) {
        return -1;
      }
    }
    return -1;
  }

  /** The first digits behind the labels, in the same sentence or below them in a table. */
  private int number(int from) {
    for (int i = from; i < from + GAP; i++) {
      Token token = tokens.get(i);
      if (token.is(TokenType.NUMBER)) {
        return i;
      }
      boolean ends = token.isMark("!?;") || token.isMark(".") && !tokens.isGlued(i + 1);
      boolean foreign =
          token.is(TokenType.JSON) || token.is(TokenType.LINK) || token.is(TokenType.NONE);
      if (ends && !tokens.get(i + 1).isMark(":") || foreign || isOther(i)) {
        return -1;
      }
    }
    return -1;
  }

  private boolean isOther(int index) {
    Token token = tokens.get(index);
    return coordinates.label(index).isPresent() || token.is(Term.QUANTITY) || token.is(Term.BOUND);
  }

  private record Both(Coordinate one, Coordinate other) {}

  private Optional<Both> pair(int number) {
    Optional<Coordinate> one = coordinates.at(number);
    int second = one.map(found -> second(found.end())).orElse(-1);
    Optional<Coordinate> other = second < 0 ? Optional.empty() : coordinates.at(second);
    return other
        .filter(found -> !isDecimal(one.get(), found))
        .map(found -> new Both(one.get(), found));
  }

  private int second(int from) {
    for (int i = from; i < from + 5; i++) {
      Token token = tokens.get(i);
      if (token.is(TokenType.NUMBER)) {
        return i;
      }
      boolean links = token.is(Term.AND) || token.is(Term.MINUS) || token.is(TokenType.NEWLINE);
      if (!links && !token.isMark(",;/|\"'&+-" + Typography.LONG_DASH + Typography.UNSURE)) {
        return -1;
      }
    }
    return -1;
  }

  /** Whether two whole numbers may be one with a decimal comma: {@code 48,85}. */
  private boolean isDecimal(Coordinate one, Coordinate other) {
    boolean comma = other.first() == one.end() + 1 && tokens.get(one.end()).isMark(",");
    boolean whole =
        !one.angle().isFraction() && !one.angle().marked() && !other.angle().isFraction();
    boolean tight = comma && tokens.isGlued(one.end()) && tokens.isGlued(other.first());
    boolean enclosed =
        tokens.get(one.first() - 1).isMark("([") && tokens.get(other.end()).isMark(")]");
    return tight && whole && !enclosed;
  }
}
