package io.geolocsft.answer.coordinate;

import io.geolocsft.answer.token.Token;

/**
 * Degrees, perhaps with minutes and seconds, as a text writes them.
 *
 * @param first index of the first token, its sign's if it has one
 * @param end index behind the last token
 * @param size degrees without their sign
 * @param parts 1 for degrees, 2 with minutes, 3 with seconds
 * @param numeral the last of these
 * @param marked whether a degree sign or word says that it is an angle
 * @param broken whether a number follows that is none of its parts, or a part is too large
 */
public record Angle(
    int first,
    int end,
    Sign sign,
    double size,
    int parts,
    Token.Numeral numeral,
    boolean marked,
    boolean broken) {

  /** What stands before the digits. */
  enum Sign {
    NONE,
    PLUS,
    MINUS,
    /** A dash that may be a minus sign or punctuation. */
    UNSURE
  }

  public boolean isSigned() {
    return sign != Sign.NONE;
  }

  /** Whether it has a fraction of a degree, in whatever form. */
  public boolean isFraction() {
    return parts > 1 || !numeral.isWhole();
  }
}
