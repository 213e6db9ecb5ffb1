package io.geolocsft.answer.token;

import java.util.Set;

/**
 * A piece of a plain text.
 *
 * @param terms what a word means
 * @param numeral what a number says; {@link Numeral#NONE} for all else
 */
public record Token(
    TokenType type, int start, int end, String text, Set<Term> terms, Numeral numeral) {

  /** What a token is. */
  public enum TokenType {
    NUMBER,
    WORD,
    /** A character of punctuation. */
    MARK,
    /** One end of a line or several. */
    NEWLINE,
    /** A web address or another that is written like one. */
    LINK,
    /** Stands for a JSON object with an answer. */
    JSON,
    /** Before and behind the text. */
    NONE
  }

  /**
   * A number without its sign.
   *
   * @param decimals digits behind the point
   * @param scientific whether it has an exponent
   */
  public record Numeral(double value, int decimals, boolean scientific) {
    static final Numeral NONE = new Numeral(Double.NaN, 0, false);

    public boolean isWhole() {
      return decimals == 0 && !scientific && !Double.isNaN(value);
    }
  }

  static Token of(TokenType type, int start, int end, String text) {
    return new Token(type, start, end, text, Set.of(), Numeral.NONE);
  }

  public boolean is(Term term) {
    return terms.contains(term);
  }

  public boolean is(TokenType other) {
    return type == other;
  }

  /** Whether it is a letter that names a hemisphere in some language. */
  public boolean isInitial() {
    return text.length() == 1 && "NSEWOLKGDB\u0421\u042E\u0412\u0417nsew".contains(text);
  }

  /** Whether it is one of some characters of punctuation. */
  public boolean isMark(String characters) {
    return type == TokenType.MARK && characters.contains(text);
  }

  public boolean isBlankLine() {
    return type == TokenType.NEWLINE && text.length() > 1;
  }

  /** Whether nothing stands between this one and the next. */
  boolean touches(Token next) {
    return end == next.start;
  }
}
