package io.geolocsft.answer.coordinate;

import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import io.geolocsft.answer.token.Typography;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads angles with the hemispheres and labels that stand around them. */
public final class Coordinates {

  private static final Set<String> PREPOSITIONS = Set.of("of", "de", "di", "in", "der", "van");

  private final Tokens tokens;
  private final Angles angles;
  private final HemisphereWords hemispheres;
  private final Measurement measurement;

  /** Several forms ask for the same. */
  private final List<Optional<Coordinate>> known;

  public Coordinates(Tokens tokens, boolean commas) {
    this.tokens = tokens;
    this.hemispheres = new HemisphereWords(tokens);
    this.angles = new Angles(tokens, hemispheres, commas);
    this.known = new ArrayList<>(Collections.nCopies(tokens.size(), null));
    this.measurement = new Measurement(tokens);
  }

  public HemisphereWords hemispheres() {
    return hemispheres;
  }

  /** The coordinate whose first digits are at an index, unless it carries a unit. */
  public Optional<Coordinate> at(int index) {
    if (index < 0 || index >= known.size()) {
      return Optional.empty();
    }
    if (known.get(index) == null) {
      known.set(index, read(index));
    }
    return known.get(index);
  }

  private Optional<Coordinate> read(int index) {
    return angles.at(index).map(this::withHemisphere).filter(this::isPlain);
  }

  private boolean isPlain(Coordinate coordinate) {
    return coordinate.behind().isPresent() || !measurement.hasUnit(coordinate.angle().end());
  }

  private Coordinate withHemisphere(Angle angle) {
    int at = behindOwnLabel(angle.end());
    int half = isRemark(at) ? at + 1 : at;
    Optional<Hemisphere> behind = hemispheres.behind(half);
    int end = behind.isEmpty() ? angle.end() : behindHemisphere(half, behind.get().axis());
    return new Coordinate(angle, Optional.empty(), behind, angle.first(), end);
  }

  /** Whether a mark introduces a hemisphere: {@code (S)}, {@code , southern hemisphere}. */
  private boolean isRemark(int index) {
    return tokens.get(index).isMark("(") && tokens.get(index + 2).isMark(")")
        || tokens.get(index).isMark("(,") && tokens.get(index + 2).is(Term.DIRECTION);
  }

  private int behindHemisphere(int half, Axis axis) {
    int at = half + (tokens.get(half + 1).is(Term.DIRECTION) ? 2 : 1);
    boolean bracket = tokens.get(half - 1).isMark("(") && tokens.get(at).isMark(")");
    return behindLabel(bracket ? at + 1 : at, axis);
  }

  /** Behind the label that may stand before a hemisphere: {@code 48.9° de latitude nord}. */
  private int behindOwnLabel(int end) {
    int label = behindPreposition(end);
    int half = tokens.get(label + 1).isMark(".") ? label + 2 : label + 1;
    Token next = tokens.get(half);
    half += next.is(TokenType.WORD) && next.terms().isEmpty() ? 1 : 0;
    boolean named = label(label).isPresent() && hemispheres.behind(half).isPresent();
    return named && !tokens.get(half + 1).is(TokenType.NUMBER) ? half : end;
  }

  /** Behind a word such as "of" before a label, or the index itself. */
  public int behindPreposition(int index) {
    return PREPOSITIONS.contains(tokens.get(index).text()) ? index + 1 : index;
  }

  /** Behind the label that may follow a hemisphere: {@code 48.9° N latitude}. */
  private int behindLabel(int index, Axis axis) {
    int word = tokens.get(index).isMark(".") && isLabel(index + 1, axis) ? index + 1 : index;
    return isLabel(word, axis) && !tokens.get(word + 1).isMark(":=") ? word + 1 : index;
  }

  private boolean isLabel(int index, Axis axis) {
    return label(index).filter(axis::equals).isPresent();
  }

  /** The axis that a word names, unless it names a bound of it. */
  public Optional<Axis> label(int index) {
    Token token = tokens.get(index);
    boolean latitude = token.is(Term.LATITUDE);
    if (latitude == token.is(Term.LONGITUDE)) {
      return Optional.empty();
    }
    boolean bound = tokens.get(index - 1).is(Term.BOUND) || tokens.get(index + 1).is(Term.BOUND);
    return bound ? Optional.empty() : Optional.of(latitude ? Axis.LATITUDE : Axis.LONGITUDE);
  }

  /** The same with a hemisphere before it, from that one's token on. */
  public static Coordinate behind(Hemisphere hemisphere, int first, Coordinate coordinate) {
    return new Coordinate(
        coordinate.angle(), Optional.of(hemisphere), coordinate.behind(), first, coordinate.end());
  }

  /** Whether another number follows that makes a range of the one before. */
  public boolean isRange(int end) {
    Token link = tokens.get(end);
    boolean links = link.is(Term.RANGE) || link.is(Term.AND) || link.is(Term.ALTERNATIVE);
    boolean dash = link.isMark("-~" + Typography.LONG_DASH);
    int number = tokens.get(end + 1).isMark("-+") ? end + 2 : end + 1;
    return (links || dash) && tokens.get(number).is(TokenType.NUMBER);
  }

  /** Whether a whole number goes on with what may be its decimals behind a comma. */
  public boolean isCutByComma(Coordinate coordinate) {
    int end = coordinate.angle().end();
    boolean comma = tokens.get(end).isMark(",") && tokens.isGlued(end) && tokens.isGlued(end + 1);
    return comma && !coordinate.angle().isFraction() && tokens.get(end + 1).is(TokenType.NUMBER);
  }

  /** Behind a tolerance or brackets that may follow a coordinate. */
  public int behindRemarks(int index) {
    int at = index;
    for (int i = 0; i < 3; i++) {
      int next = behindTolerance(at);
      next = tokens.get(next).isMark("([") ? behindRemark(next) : next;
      if (next == at) {
        break;
      }
      at = next;
    }
    return at;
  }

  /** Behind brackets, unless they hold a label. */
  private int behindRemark(int open) {
    int end = tokens.behindBracket(open, 40);
    for (int i = open; i < end; i++) {
      if (label(i).isPresent()) {
        return open;
      }
    }
    return end;
  }

  private int behindTolerance(int index) {
    boolean words =
        tokens.get(index).isMark("+")
            && tokens.get(index + 1).isMark("/")
            && tokens.get(index + 2).isMark("-");
    int number = words ? index + 3 : index + 1;
    boolean tolerance = words || tokens.get(index).isMark("\u00B1");
    return tolerance && tokens.get(number).is(TokenType.NUMBER)
        ? number + (tokens.get(number + 1).is(Term.DEGREES) ? 2 : 1)
        : index;
  }
}
