package io.geolocsft.answer.coordinate;

import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;

/** Numbers that measure something other than a place: exposures, lengths, prices, scores. */
public final class Measurement {

  private static final int LOOK_BACK = 7;
  private static final String CURRENCIES = "$\u20AC\u00A3\u00A5\u20B9\u20BD\u20A9\u20BA";
  private static final String UNITS = "%\u2030" + CURRENCIES;

  private final Tokens tokens;

  public Measurement(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Whether the words before a number, or a currency's sign, name something else. */
  public boolean isNamed(int first) {
    Token before = tokens.get(first - 1);
    boolean aperture = before.isMark("/") && isAperture(tokens.get(first - 2));
    return aperture || before.isMark(CURRENCIES) || nearest(first) == Term.QUANTITY;
  }

  private static boolean isAperture(Token token) {
    return token.text().equalsIgnoreCase("f") || token.text().equals("\u0192");
  }

  /** Whether a word before a number says that it is a place. */
  public boolean isPlace(int first) {
    return nearest(first) == Term.PLACE;
  }

  /** What the nearest word of the sentence that says so says of a number: a place or a quantity. */
  private Term nearest(int first) {
    for (int i = first - 1; i >= first - LOOK_BACK; i--) {
      Token token = tokens.get(i);
      if (ends(i)) {
        break;
      }
      if (token.is(Term.PLACE)
          || token.is(Term.FINAL)
          || token.is(TokenType.MARK) && token.text().equals("<answer>")) {
        return Term.PLACE;
      }
      if (token.is(Term.QUANTITY) || token.is(Term.BOUND)) {
        return Term.QUANTITY;
      }
    }
    return Term.UNIT;
  }

  private boolean ends(int index) {
    Token token = tokens.get(index);
    return token.is(TokenType.NUMBER)
        || token.is(TokenType.NONE)
        || token.isBlankLine()
        || token.isMark(".!?;");
  }

  /** Whether a unit follows a number that ends before an index. */
  public boolean hasUnit(int end) {
    Token unit = tokens.get(end);
    boolean letter = unit.text().length() == 1 && Character.isUpperCase(unit.text().charAt(0));
    return unit.isMark(UNITS)
        || unit.is(Term.UNIT) && !letter
        || isTemperature(end)
        || isTimes(end);
  }

  private boolean isTemperature(int end) {
    String unit = tokens.get(end).text();
    return tokens.get(end - 1).isMark("°") && (unit.equals("C") || unit.equals("F"));
  }

  private boolean isTimes(int end) {
    boolean times = tokens.get(end).isMark("\u00D7") || tokens.get(end).text().equals("x");
    return times && tokens.get(end + 1).is(TokenType.NUMBER);
  }
}
