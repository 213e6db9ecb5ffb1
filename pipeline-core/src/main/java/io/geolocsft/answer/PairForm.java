package io.geolocsft.answer;

import io.geolocsft.answer.coordinate.Angle;
import io.geolocsft.answer.coordinate.Coordinate;
import io.geolocsft.answer.coordinate.Coordinates;
import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.coordinate.Measurement;
import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import io.geolocsft.answer.token.Typography;
import java.util.Optional;

/**
 * A bare pair, taken as latitude and longitude and never the other way round.
 *
 * <p>Two numbers are many things. They are a place if both have decimals and nothing near them
 * names or counts something else; with a single decimal, or none, something must say that they are.
 */
final class PairForm implements Form {

  private final Tokens tokens;
  private final Coordinates coordinates;
  private final Measurement measurement;
  private final boolean commas;

  PairForm(Tokens tokens, Coordinates coordinates, boolean commas) {
    this.tokens = tokens;
    this.coordinates = coordinates;
    this.measurement = new Measurement(tokens);
    this.commas = commas;
  }

  @Override
  public Optional<Reading> at(int index) {
    if (!tokens.get(index).is(TokenType.NUMBER)) {
      return Optional.empty();
    }
    Optional<Coordinate> one = coordinates.at(index);
    int number = one.map(found -> second(found.end())).orElse(-1);
    Optional<Coordinate> other = number < 0 ? Optional.empty() : coordinates.at(number);
    return other
        .filter(found -> !isList(one.get(), found) && isPlace(one.get(), found))
        .map(found -> reading(one.get(), found));
  }

  private Reading reading(Coordinate one, Coordinate other) {
    Optional<Axis> order = order(other.end());
    Reading reading =
        Reading.of(
            order.isEmpty() ? AnswerStatus.PAIR : AnswerStatus.LABELLED,
            order.orElse(Axis.LATITUDE),
            one,
            other);
    return isUnclear(one, other) ? reading.refused() : reading;
  }

  /** The first of the labels that stand in brackets behind a pair. */
  private Optional<Axis> order(int end) {
    int open = tokens.get(end).isMark(")]") ? end + 1 : end;
    Optional<Axis> second = coordinates.label(open + 2).or(() -> coordinates.label(open + 3));
    return tokens.get(open).isMark("(") && second.isPresent()
        ? coordinates.label(open + 1).filter(first -> first != second.get())
        : Optional.empty();
  }

  /** Whether a hemisphere is missing, a comma may be a decimal one, or the order is another's. */
  private boolean isUnclear(Coordinate one, Coordinate other) {
    boolean signed = one.angle().isSigned() || other.angle().isSigned();
    boolean sixtieths = one.angle().parts() > 1 && !one.hasHemisphere();
    return (sixtieths || isBehindHemisphere(one)) && !signed
        || isBehindLongitude(one.first())
        || isDecimal(one, other)
        || isJsonArray(one.first());
  }

  /** Whether the first is said to be a longitude, and the second is not said to be anything. */
  private boolean isBehindLongitude(int first) {
    int word = first - 1;
    word -= tokens.get(word).isMark(":=") ? 1 : 0;
    return coordinates.label(word).filter(Axis.LONGITUDE::equals).isPresent();
  }

  private boolean isBehindHemisphere(Coordinate one) {
    return coordinates.hemispheres().before(one.first() - 1).isPresent();
  }

  /** The second number behind a separator; -1 if there is none. */
  private int second(int end) {
    int at = coordinates.behindRemarks(end);
    at += tokens.get(at).isMark("\"'") ? 1 : 0;
    boolean separated = tokens.get(at).isMark(",;/|") || tokens.get(at).is(Term.AND);
    at += separated || tokens.get(at).is(TokenType.NEWLINE) ? 1 : 0;
    at += separated && tokens.get(at).is(TokenType.NEWLINE) ? 1 : 0;
    at += tokens.get(at).isMark("\"'") ? 1 : 0;
    at += tokens.get(at).text().equals("boxed") ? 1 : 0;
    boolean sign = tokens.get(at).isMark("-+" + Typography.LONG_DASH + Typography.UNSURE);
    at += sign || tokens.get(at).is(Term.MINUS) || tokens.get(at).is(Term.PLUS) ? 1 : 0;
    return tokens.get(at).is(TokenType.NUMBER) ? at : -1;
  }

  /** Whether they belong to a longer list, a time, a fraction or a range. */
  private boolean isList(Coordinate one, Coordinate other) {
    int before = one.first() - 1;
    before -= tokens.get(before).isMark("\"'") ? 1 : 0;
    boolean more = tokens.get(before).isMark(",;|") && tokens.get(before - 1).is(TokenType.NUMBER);
    boolean part =
        tokens.get(before).isMark(":/")
            && tokens.get(before - 1).is(TokenType.NUMBER)
            && tokens.isGlued(before + 1);
    return more || part || isFollowed(other);
  }

  private boolean isFollowed(Coordinate other) {
    int end = other.end();
    end += tokens.get(end).isMark("\"'") ? 1 : 0;
    Token link = tokens.get(end);
    int number = tokens.get(end + 1).isMark("-+") ? end + 2 : end + 1;
    boolean words = link.is(Term.AND) || link.is(Term.ALTERNATIVE) || link.is(Term.RANGE);
    if (!tokens.get(number).is(TokenType.NUMBER)) {
      return false;
    }
    boolean dash = link.isMark("-~:") && tokens.isGlued(end);
    return link.isMark(",;") && !isHeight(other, number)
        || dash
        || words && !tokens.get(number).numeral().isWhole() && second(number + 1) < 0;
  }

  /** Exact coordinates may have a third, with its unit. */
  private boolean isHeight(Coordinate other, int number) {
    return other.angle().numeral().decimals() >= 3 && measurement.hasUnit(number + 1);
  }

  private boolean isPlace(Coordinate one, Coordinate other) {
    if (measurement.isNamed(one.first())) {
      return false;
    }
    boolean said =
        measurement.isPlace(one.first()) || isAlone(one, other) || isCorrected(one.first() - 1);
    boolean whole = !one.angle().isFraction() || !other.angle().isFraction();
    boolean fraction = isFraction(one.angle()) && isFraction(other.angle());
    boolean words = tokens.get(one.end()).is(Term.AND) || tokens.get(one.end()).isMark("|");
    boolean line = tokens.get(one.end()).is(TokenType.NEWLINE);
    if (line || whole && tokens.get(one.end()).isMark("/")) {
      return isAll(one, other);
    }
    return whole ? isStated(one, other) : said || fraction && !words;
  }

  /** Whether a correction ends right here. */
  private boolean isCorrected(int index) {
    return tokens.get(tokens.get(index).isMark(":") ? index - 1 : index).is(Term.CORRECTION);
  }

  private static boolean isFraction(Angle angle) {
    boolean small = angle.size() < 1 && !angle.isSigned();
    return angle.parts() > 1 || angle.marked() || angle.numeral().decimals() >= (small ? 3 : 2);
  }

  /** Whole numbers need a text of their own, or the word right before them. */
  private boolean isStated(Coordinate one, Coordinate other) {
    Token before = tokens.get(one.first() - 1);
    int word = before.isMark("([") ? one.first() - 2 : one.first() - 1;
    word -= tokens.get(word).isMark(":=") ? 1 : 0;
    Token cue = tokens.get(word);
    boolean stated = cue.is(Term.PLACE) || cue.is(Term.FINAL) || isAnswer(before);
    return stated || isAll(one, other);
  }

  private static boolean isAnswer(Token token) {
    return token.is(TokenType.MARK) && token.text().equals("<answer>");
  }

  /** Whether a text is nothing but two numbers. */
  private boolean isAll(Coordinate one, Coordinate other) {
    return isMarksTo(one.first() - 1, -1) && isMarksTo(other.end(), 1) && isWhole(one, other);
  }

  private boolean isWhole(Coordinate one, Coordinate other) {
    return one.first() <= 4 && other.end() + 4 >= tokens.size();
  }

  /** Whether a line is nothing but two numbers, perhaps in brackets and with their rank before. */
  private boolean isAlone(Coordinate one, Coordinate other) {
    return isMarksTo(one.first() - 1, -1) && isMarksTo(other.end(), 1);
  }

  private boolean isMarksTo(int from, int step) {
    int at = from;
    while (Math.abs(at - from) < 6 && tokens.get(at).is(TokenType.MARK)) {
      at += step;
    }
    return isLineEnd(at) || step < 0 && isRank(at);
  }

  private boolean isLineEnd(int index) {
    return tokens.get(index).is(TokenType.NONE) || tokens.get(index).is(TokenType.NEWLINE);
  }

  /** A number that opens a line of a list. */
  private boolean isRank(int index) {
    return tokens.get(index).numeral().isWhole()
        && tokens.get(index + 1).isMark(".)")
        && isLineEnd(index - 1);
  }

  /** Whether a comma may be a decimal one, or both may separate thousands. */
  private boolean isDecimal(Coordinate one, Coordinate other) {
    boolean comma = tokens.get(one.end()).isMark(",");
    boolean tight = comma && tokens.isGlued(one.end()) && tokens.isGlued(one.end() + 1);
    boolean whole = !one.angle().isFraction() && !one.angle().marked();
    boolean enclosed =
        tokens.get(one.first() - 1).isMark("([") && tokens.get(other.end()).isMark(")]");
    boolean thousands =
        isCommaed(one)
            && isCommaed(other)
            && one.angle().numeral().decimals() == 3
            && other.angle().numeral().decimals() == 3;
    return tight && (whole && !enclosed || isCommaed(one)) || thousands;
  }

  private boolean isCommaed(Coordinate coordinate) {
    return commas && tokens.get(coordinate.angle().end() - 2).isMark(",");
  }

  /** An array under a quoted key "coordinates" may be GeoJSON's, whose longitude is first. */
  private boolean isJsonArray(int first) {
    return tokens.get(first - 1).isMark("[")
        && tokens.get(first - 2).isMark(":")
        && tokens.get(first - 3).isMark("\"'");
  }
}
