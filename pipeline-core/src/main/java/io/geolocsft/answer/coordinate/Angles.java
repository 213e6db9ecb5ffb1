package io.geolocsft.answer.coordinate;

import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.Numeral;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import java.util.Optional;

/**
 * Reads angles: decimal degrees, degrees with minutes and seconds, with marks or words or, beside a
 * hemisphere, without.
 */
public final class Angles {

  /** A number and where it ends: one token, or three if its decimals follow a comma. */
  private record Part(Numeral numeral, int end) {
    boolean isSixtieth() {
      return numeral.value() < 60 && !numeral.scientific();
    }
  }

  private final Tokens tokens;
  private final Signs signs;
  private final HemisphereWords hemispheres;
  private final boolean commas;

  /**
   * @param commas whether a comma between two digits is a decimal one; otherwise it is so only
   *     before a degree sign or a hemisphere
   */
  Angles(Tokens tokens, HemisphereWords hemispheres, boolean commas) {
    this.tokens = tokens;
    this.signs = new Signs(tokens);
    this.hemispheres = hemispheres;
    this.commas = commas;
  }

  /** The angle whose first digits are at an index. */
  Optional<Angle> at(int index) {
    if (!tokens.isNumber(index)) {
      return Optional.empty();
    }
    Part degrees = part(index);
    boolean marked = tokens.get(degrees.end).is(Term.DEGREES);
    int behind = degrees.end + (marked ? 1 : 0);
    Angle whole = angle(index, behind, degrees.numeral.value(), 1, degrees.numeral, marked, false);
    if (isSignBehind(behind)) {
      return Optional.of(broken(whole));
    }
    if (!degrees.numeral.isWhole()) {
      return Optional.of(marked && isSixtiethAt(behind) ? broken(whole) : whole);
    }
    return Optional.of(marked || isMinutesAt(behind) ? marked(whole) : unmarked(whole));
  }

  /** Whether a minus sign may stand behind its number, as accountants write it. */
  private boolean isSignBehind(int end) {
    int at = tokens.get(end).isMark("(") ? end + 1 : end;
    boolean dash = tokens.get(end).isMark("-") && tokens.isGlued(end) && !tokens.isGlued(end + 1);
    boolean comma = tokens.get(end).isMark("-") && tokens.get(end + 1).isMark(",;)");
    return tokens.get(at).is(Term.MINUS) && !tokens.get(at + 1).is(TokenType.NUMBER)
        || dash
        || comma;
  }

  private Angle angle(
      int number, int end, double size, int parts, Numeral last, boolean marked, boolean broken) {
    return new Angle(signs.first(number), end, signs.of(number), size, parts, last, marked, broken);
  }

  private static Angle with(Angle angle, Part part, int parts, int end, boolean broken) {
    double size = angle.size() + part.numeral.value() / (parts == 2 ? 60 : 3600);
    return new Angle(angle.first(), end, angle.sign(), size, parts, part.numeral, true, broken);
  }

  private static Angle broken(Angle angle) {
    return new Angle(
        angle.first(),
        angle.end(),
        angle.sign(),
        angle.size(),
        angle.parts(),
        angle.numeral(),
        angle.marked(),
        true);
  }

  /** Degrees and what follows of minutes and seconds. */
  private Angle marked(Angle degrees) {
    int at = behindLink(degrees.end());
    if (!tokens.isNumber(at) || isOtherHalf(at)) {
      return degrees;
    }
    Part minutes = part(at);
    boolean mark = isMinuteMark(minutes.end);
    boolean decimal = !minutes.numeral.isWhole();
    if (!mark && !decimal || tokens.get(at).text().startsWith(".")) {
      return broken(degrees);
    }
    int end = minutes.end + (mark ? 1 : 0);
    Angle with = with(degrees, minutes, 2, end, !minutes.isSixtieth());
    return mark && !decimal ? seconds(with) : with;
  }

  /** Behind a comma or "and" between the parts of an angle in words. */
  private int behindLink(int index) {
    int at = index;
    at += tokens.get(at).isMark(",") ? 1 : 0;
    at += tokens.get(at).is(Term.AND) ? 1 : 0;
    return at > index && isSixtiethAt(at) ? at : index;
  }

  /** A number behind a degree sign that has one itself begins another angle. */
  private boolean isOtherHalf(int at) {
    return tokens.get(part(at).end).is(Term.DEGREES)
        || tokens.get(at).numeral().decimals() > 0 && !isMinuteMark(part(at).end) && !isMinute(at);
  }

  /** Whether a number without a mark can be decimal minutes: {@code 48° 51.504}. */
  private boolean isMinute(int at) {
    return tokens.get(at).numeral().value() < 60 && tokens.get(at - 1).is(Term.DEGREES);
  }

  private Angle seconds(Angle minutes) {
    int at = behindLink(minutes.end());
    if (!tokens.isNumber(at)) {
      return minutes;
    }
    Part seconds = part(at);
    int end = behindSecondMark(seconds.end);
    if (end == seconds.end) {
      return tokens.get(end).is(Term.DEGREES) ? minutes : broken(minutes);
    }
    return with(minutes, seconds, 3, end, minutes.broken() || !seconds.isSixtieth());
  }

  private boolean isSixtiethAt(int index) {
    return tokens.isNumber(index)
        && (isMinuteMark(part(index).end) || behindSecondMark(part(index).end) > part(index).end);
  }

  private boolean isMinutesAt(int index) {
    return tokens.isNumber(index) && isMinuteMark(part(index).end);
  }

  private boolean isMinuteMark(int index) {
    Token token = tokens.get(index);
    boolean doubled = token.isMark("'") && tokens.get(index + 1).isMark("'");
    return token.isMark("'") && !doubled || token.is(Term.MINUTES);
  }

  private int behindSecondMark(int index) {
    Token token = tokens.get(index);
    if (token.isMark("'") && tokens.get(index + 1).isMark("'")) {
      return index + 2;
    }
    return token.isMark("\"") || token.is(Term.SECONDS) ? index + 1 : index;
  }

  /** Two or three numbers beside a hemisphere: {@code 48 51 30 N}, {@code 48:51:30 N}. */
  private Angle unmarked(Angle degrees) {
    int second = sixtieth(degrees.end());
    if (second < 0) {
      return degrees;
    }
    Part minutes = part(second);
    int third = minutes.numeral.isWhole() ? sixtieth(minutes.end) : -1;
    Angle angle = with(degrees, minutes, 2, minutes.end, false);
    angle = third < 0 ? angle : with(angle, part(third), 3, part(third).end, false);
    boolean exact = third >= 0 || !minutes.numeral.isWhole();
    return exact && isBesideHemisphere(angle) ? angle : degrees;
  }

  /** The index of a number below sixty that follows, perhaps behind a colon; -1 if none does. */
  private int sixtieth(int index) {
    int number = tokens.get(index).isMark(":") && tokens.isGlued(index + 1) ? index + 1 : index;
    return tokens.isNumber(number) && part(number).isSixtieth() ? number : -1;
  }

  private boolean isBesideHemisphere(Angle angle) {
    return hemispheres.behind(angle.end()).isPresent()
        || hemispheres.before(angle.first() - 1).isPresent();
  }

  private Part part(int index) {
    Numeral whole = tokens.get(index).numeral();
    return hasDecimalComma(index)
        ? new Part(decimal(whole, tokens.get(index + 2)), index + 3)
        : new Part(whole, index + 1);
  }

  private static Numeral decimal(Numeral whole, Token digits) {
    int decimals = digits.text().length();
    double value = Double.parseDouble((long) whole.value() + "." + digits.text());
    return new Numeral(value, decimals, false);
  }

  private boolean hasDecimalComma(int index) {
    boolean commaed =
        tokens.isDecimalComma(index + 1)
            && tokens.get(index).text().length() <= 3
            && tokens.isNumber(index + 2);
    return commaed && (commas || isClear(index + 3));
  }

  /** Whether what stands behind a number says that it is one. */
  private boolean isClear(int index) {
    Token token = tokens.get(index);
    return token.is(Term.DEGREES)
        || token.isMark("'\"") && tokens.get(index - 4).is(Term.MINUTES)
        || token.isMark("'\"") && tokens.get(index - 4).isMark("°'")
        || hemispheres.behind(index).isPresent();
  }
}
