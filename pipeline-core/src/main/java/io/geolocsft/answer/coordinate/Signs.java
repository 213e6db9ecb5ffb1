package io.geolocsft.answer.coordinate;

import io.geolocsft.answer.coordinate.Angle.Sign;
import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import io.geolocsft.answer.token.Typography;

/**
 * Tells minus signs from dashes.
 *
 * <p>A dash that touches its number is a minus sign where no word or number touches its other side;
 * one that stands apart is a minus sign behind punctuation that a value follows. An em dash must
 * have both. All other dashes before numbers are unsure: to take one for punctuation would put the
 * point into the other hemisphere.
 */
public final class Signs {

  private static final String DASHES = "-" + Typography.LONG_DASH;
  private static final String UNSURE = Typography.UNSURE + "\u00B1";

  private final Tokens tokens;
  private final boolean bulleted;

  Signs(Tokens tokens) {
    this.tokens = tokens;
    this.bulleted = isBulleted();
  }

  /** Whether dashes open the lines of a list: one alone may as well be a sign. */
  private boolean isBulleted() {
    int bullets = 0;
    for (int i = 0; i < tokens.size(); i++) {
      bullets += isApart(i) && isLineStart(i) ? 1 : 0;
    }
    return bullets > 1;
  }

  private boolean isLineStart(int index) {
    return tokens.get(index - 1).is(TokenType.NEWLINE) || index == 0;
  }

  private boolean isApart(int index) {
    return tokens.get(index).isMark(DASHES) && !tokens.isGlued(index + 1);
  }

  /** The first token of a number: its own, or that of its sign. */
  int first(int number) {
    Token before = tokens.get(number - 1);
    boolean sign =
        before.isMark(DASHES + UNSURE + "+") || before.is(Term.MINUS) || before.is(Term.PLUS);
    return sign && !isBullet(number - 1) ? number - 1 : number;
  }

  private boolean isBullet(int index) {
    return bulleted && isApart(index) && isLineStart(index);
  }

  /** The sign of the number at an index. */
  Sign of(int number) {
    int first = first(number);
    Token sign = tokens.get(first);
    if (first == number) {
      return Sign.NONE;
    }
    if (sign.is(TokenType.WORD)) {
      return sign.is(Term.MINUS) ? Sign.MINUS : Sign.PLUS;
    }
    if (sign.isMark(UNSURE) || tokens.get(first - 1).isMark(DASHES + UNSURE + "+")) {
      return Sign.UNSURE;
    }
    if (sign.isMark("+")) {
      return Sign.PLUS;
    }
    boolean minus = tokens.isGlued(number) ? isAttached(first) : isDetached(first);
    return minus ? Sign.MINUS : Sign.UNSURE;
  }

  private boolean isAttached(int dash) {
    boolean apart = !tokens.isGlued(dash);
    if (!tokens.get(dash).isMark("-")) {
      return isOpening(dash - 1);
    }
    return apart || isOpening(dash - 1) || isSecondOfSigned(dash);
  }

  /** What a value follows: an opening bracket, a colon, or nothing at all. */
  private boolean isOpening(int index) {
    Token token = tokens.get(index);
    boolean quote = token.isMark("'\"") && !isBehindNumber(index);
    boolean start = token.is(TokenType.NONE) || token.is(TokenType.NEWLINE);
    return start || quote || isAnswer(token) || token.isMark(":=([,;|/<>@~");
  }

  private static boolean isAnswer(Token token) {
    return token.is(TokenType.MARK) && token.text().equals("<answer>");
  }

  private boolean isBehindNumber(int index) {
    return tokens.isGlued(index) && tokens.get(index - 1).is(TokenType.NUMBER);
  }

  /** ISO 6709 writes both numbers with their signs and nothing between them. */
  private boolean isSecondOfSigned(int dash) {
    return tokens.get(dash - 1).is(TokenType.NUMBER)
        && tokens.get(dash - 2).isMark("+-")
        && tokens.isGlued(dash - 1);
  }

  private boolean isDetached(int dash) {
    Token before = tokens.get(dash - 1);
    boolean value = before.isMark(":=") || before.text().equals("is");
    return tokens.get(dash).isMark("-") ? value || isBetween(dash - 1) : value;
  }

  private boolean isBetween(int index) {
    Token token = tokens.get(index);
    return isAnswer(token)
        || token.isMark("([,;|")
        || token.isMark("'\"") && !isBehindNumber(index);
  }
}
