package io.geolocsft.answer;

import io.geolocsft.answer.coordinate.Angle;
import io.geolocsft.answer.coordinate.Coordinate;
import io.geolocsft.answer.coordinate.Coordinates;
import io.geolocsft.answer.coordinate.Hemisphere;
import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import io.geolocsft.answer.token.Typography;
import java.util.Optional;

/** Both numbers with their hemisphere before or behind them, in either order. */
final class HemisphereForm implements Form {

  private static final int BETWEEN = 7;

  private final Tokens tokens;
  private final Coordinates coordinates;

  HemisphereForm(Tokens tokens, Coordinates coordinates) {
    this.tokens = tokens;
    this.coordinates = coordinates;
  }

  @Override
  public Optional<Reading> at(int index) {
    if (tokens.get(index).is(TokenType.NUMBER)) {
      return behind(index);
    }
    return tokens.get(index).is(TokenType.WORD) ? before(index) : Optional.empty();
  }

  /** {@code 48.9 N, 2.3 E}. */
  private Optional<Reading> behind(int index) {
    boolean road = tokens.isGlued(index) && tokens.get(index - 1).isInitial();
    Optional<Coordinate> one = road ? Optional.empty() : coordinates.at(index);
    Optional<Coordinate> other =
        one.filter(found -> found.behind().isPresent())
            .flatMap(found -> next(coordinates.behindRemarks(found.end())));
    return other
        .filter(found -> found.behind().isPresent() && !isFollowedByNumber(found))
        .flatMap(found -> reading(one.get(), found))
        .map(reading -> isOpen(one.get()) ? reading.refused() : reading);
  }

  /** In {@code S 12 E 48.9 N} the letters may belong to either side, unless a comma parts them. */
  private boolean isOpen(Coordinate one) {
    Optional<Hemisphere> before = coordinates.hemispheres().before(one.first() - 1);
    boolean contradicts = before.isPresent() && one.fits(before.get().axis());
    return before.isPresent()
        && !before.equals(one.behind())
        && (contradicts || !tokens.get(one.end()).is(TokenType.MARK));
  }

  /** In {@code 12 N 48.9 E 2.3} the letters belong to what follows them. */
  private boolean isFollowedByNumber(Coordinate coordinate) {
    return tokens.get(coordinate.end()).is(TokenType.NUMBER);
  }

  private Optional<Reading> reading(Coordinate one, Coordinate other) {
    Axis axis = one.before().or(one::behind).orElseThrow().axis();
    Axis second = other.before().or(other::behind).orElseThrow().axis();
    return axis == second
        ? Optional.empty()
        : Optional.of(Reading.of(AnswerStatus.HEMISPHERES, axis, one, other));
  }

  private Optional<Coordinate> next(int from) {
    int number = number(from);
    return number < 0 ? Optional.empty() : coordinates.at(number);
  }

  private int number(int from) {
    for (int i = from; i < from + BETWEEN; i++) {
      Token token = tokens.get(i);
      if (token.is(TokenType.NUMBER)) {
        return i;
      }
      if (!isBetween(i)) {
        return -1;
      }
    }
    return -1;
  }

  private boolean isBetween(int index) {
    Token token = tokens.get(index);
    boolean word = token.is(Term.AND) || token.is(Term.PLUS) || token.is(Term.MINUS);
    boolean small = token.is(TokenType.WORD) && "by a of the long und lang".contains(token.text());
    boolean mark = token.isMark(",;/|&()[]\"'.:-+" + Typography.LONG_DASH);
    return word
        || small
        || mark
        || token.is(TokenType.NEWLINE)
        || coordinates.label(index).isPresent();
  }

  /** {@code N 48.9, E 2.3}. */
  private Optional<Reading> before(int index) {
    Optional<Coordinate> one = prefixed(index);
    if (one.isEmpty()) {
      return Optional.empty();
    }
    int second = hemisphere(one.get().angle().end());
    Optional<Coordinate> other = second < 0 ? Optional.empty() : prefixed(second);
    return other
        .filter(
            found ->
                isAngles(one.get(), found)
                    && !coordinates.isCutByComma(found)
                    && !hasMoreHemisphere(found))
        .flatMap(found -> reading(one.get(), found));
  }

  /** Whether both are written as angles, or alone: {@code E40, N11} are roads. */
  private boolean isAngles(Coordinate one, Coordinate other) {
    boolean alone = one.first() == 0 && tokens.isEnd(other.end());
    return alone || isAngle(one.angle()) && isAngle(other.angle());
  }

  private static boolean isAngle(Angle angle) {
    return angle.isFraction() || angle.marked();
  }

  /** A hemisphere and the angle behind it, whose own end is the coordinate's. */
  private Optional<Coordinate> prefixed(int index) {
    Optional<Hemisphere> half = coordinates.hemispheres().before(index);
    int at = index + 1;
    at += tokens.get(at).isMark(".:=°") ? 1 : 0;
    at += tokens.get(at).isMark("-+" + Typography.LONG_DASH) ? 1 : 0;
    int number = at;
    return half.isEmpty() || !tokens.get(number).is(TokenType.NUMBER)
        ? Optional.empty()
        : coordinates
            .at(number)
            .map(Coordinate::angle)
            .map(angle -> new Coordinate(angle, half, Optional.empty(), index, angle.end()));
  }

  private int hemisphere(int from) {
    for (int i = from; i < from + BETWEEN; i++) {
      if (coordinates.hemispheres().before(i).isPresent()) {
        return i;
      }
      if (!isBetween(i)) {
        return -1;
      }
    }
    return -1;
  }

  /** Whether what follows is a hemisphere of the number before it. */
  private boolean hasMoreHemisphere(Coordinate coordinate) {
    int end = coordinate.end();
    boolean next = prefixed(end).isPresent();
    return coordinates.hemispheres().behind(end).isPresent() && !next;
  }
}
