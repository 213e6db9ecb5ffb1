package io.geolocsft.answer;

import io.geolocsft.answer.coordinate.Coordinate;
import io.geolocsft.answer.coordinate.Coordinates;
import io.geolocsft.answer.coordinate.Hemisphere;
import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.coordinate.Measurement;
import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import java.util.Optional;

/** Two numbers, each behind its label, in either order. */
final class LabelledForm implements Form {

  /** Tokens between a label and its number at most. */
  private static final int GAP = 14;

  /** Tokens between the first number and the second label at most. */
  private static final int BETWEEN = 30;

  private final Tokens tokens;
  private final Coordinates coordinates;
  private final Measurement measurement;

  LabelledForm(Tokens tokens, Coordinates coordinates) {
    this.tokens = tokens;
    this.coordinates = coordinates;
    this.measurement = new Measurement(tokens);
  }

  @Override
  public Optional<Reading> at(int index) {
    Optional<Axis> axis = isOfNumberBefore(index) ? Optional.empty() : coordinates.label(index);
    Optional<Coordinate> first = axis.flatMap(own -> labelled(index, own));
    if (first.isEmpty()) {
      return Optional.empty();
    }
    int label = otherLabel(first.get().end(), axis.get());
    return label < 0
        ? Optional.empty()
        : labelled(label, coordinates.label(label).orElseThrow())
            .filter(second -> !coordinates.isCutByComma(second))
            .map(second -> reading(axis.get(), first.get(), second).from(index));
  }

  /** Whether a label belongs to the number before it: {@code 48.9° of latitude}. */
  private boolean isOfNumberBefore(int label) {
    int before = label - 1;
    before -= coordinates.behindPreposition(before) > before ? 1 : 0;
    Token token = tokens.get(before);
    boolean number = token.is(TokenType.NUMBER) || token.is(Term.DEGREES);
    Token next = tokens.get(label + 1);
    return number && !next.isMark(":=") && !next.is(TokenType.NUMBER);
  }

  private Reading reading(Axis axis, Coordinate first, Coordinate second) {
    Coordinate last = first.hasHemisphere() ? withEast(second) : second;
    Reading reading = Reading.of(AnswerStatus.LABELLED, axis, first, last);
    boolean range = coordinates.isRange(first.end()) || coordinates.isRange(second.end());
    return range ? reading.refused() : reading;
  }

  /** The French and Italian "is" means east where the other number has its hemisphere. */
  private Coordinate withEast(Coordinate coordinate) {
    boolean east = tokens.get(coordinate.first() - 1).is(Term.EAST_BEHIND);
    return east && !coordinate.hasHemisphere()
        ? Coordinates.behind(Hemisphere.EAST, coordinate.first(), coordinate)
        : coordinate;
  }

  private Optional<Coordinate> labelled(int label, Axis axis) {
    int number = number(label + 1, axis);
    return number < 0
        ? Optional.empty()
        : coordinates.at(number).map(found -> withHemisphere(found, label));
  }

  /** The first digits behind a label, if only words and punctuation of a sentence are between. */
  int number(int from, Axis axis) {
    int lines = 0;
    for (int i = from; i < from + GAP; i++) {
      if (tokens.get(i).is(TokenType.NUMBER)) {
        return i;
      }
      lines += tokens.get(i).is(TokenType.NEWLINE) ? 1 : 0;
      if (lines > 2 || isObstacle(i, axis)) {
        return -1;
      }
      int next = tokens.get(i).isMark("([") ? behindRemark(i) : i + 1;
      if (next < 0) {
        return -1;
      }
      i = next - 1;
    }
    return -1;
  }

  private boolean isObstacle(int index, Axis axis) {
    Token token = tokens.get(index);
    boolean sentence = token.isMark("!?;") || token.isMark(".") && !isAbbreviation(index);
    boolean other = coordinates.label(index).filter(label -> label != axis).isPresent();
    boolean foreign =
        token.is(TokenType.JSON) || token.is(TokenType.LINK) || token.is(TokenType.NONE);
    return sentence || other || foreign || token.is(Term.BOUND) || token.is(Term.QUANTITY);
  }

  private boolean isAbbreviation(int point) {
    boolean label = coordinates.label(point - 1).isPresent();
    return label || tokens.isGlued(point) && tokens.get(point - 1).text().length() <= 6;
  }

  /** Behind brackets that are not the value's own; otherwise inside them; -1 if they are open. */
  private int behindRemark(int open) {
    int end = tokens.behindBracket(open, GAP);
    if (end == open) {
      return -1;
    }
    boolean value = tokens.get(end).isMark(":=") || tokens.get(end).is(TokenType.NUMBER);
    return value || !hasNumber(open, end) ? end : open + 1;
  }

  private boolean hasNumber(int from, int to) {
    for (int i = from; i < to; i++) {
      if (tokens.get(i).is(TokenType.NUMBER)) {
        return true;
      }
    }
    return false;
  }

  /** With the hemisphere that stands between label and number, or before the label. */
  private Coordinate withHemisphere(Coordinate coordinate, int label) {
    int at = coordinate.angle().first() - 1;
    while (at > label && (tokens.get(at).isMark(":=)(°") || tokens.get(at).is(Term.DIRECTION))) {
      at--;
    }
    boolean both = tokens.get(at - 1).isMark("/");
    return Optional.of(at)
        .filter(index -> index > label && !both)
        .flatMap(coordinates.hemispheres()::before)
        .or(() -> beforeLabel(label))
        .map(half -> Coordinates.behind(half, coordinate.first(), coordinate))
        .orElse(coordinate);
  }

  private Optional<Hemisphere> beforeLabel(int label) {
    Token before = tokens.get(label - 2);
    boolean taken = before.is(TokenType.NUMBER) || before.is(Term.DEGREES) || before.isMark("'\"");
    return taken ? Optional.empty() : coordinates.hemispheres().before(label - 1);
  }

  /** The label of the other axis that follows before any other number; -1 if none does. */
  private int otherLabel(int from, Axis axis) {
    for (int i = coordinates.behindRemarks(from); i < from + BETWEEN; i++) {
      Token token = tokens.get(i);
      Optional<Axis> label = coordinates.label(i);
      if (label.isPresent()) {
        return label.get() == axis ? -1 : i;
      }
      boolean value = token.is(TokenType.NUMBER) && !isRank(i) && !measurement.isNamed(i);
      if (value && !coordinates.isRange(from) || isForeign(token)) {
        return -1;
      }
    }
    return -1;
  }

  /** A number that opens a line of a list. */
  private boolean isRank(int index) {
    return tokens.get(index).numeral().isWhole()
        && tokens.get(index - 1).is(TokenType.NEWLINE)
        && tokens.get(index + 1).isMark(".)");
  }

  private static boolean isForeign(Token token) {
    return token.is(TokenType.JSON) || token.is(TokenType.LINK) || token.is(TokenType.NONE);
  }
}
