package io.geolocsft.prompt;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Degrees as {@link Degrees} writes them: a sign, whole degrees without leading zeros up to the
 * limit, and a fixed number of decimals.
 *
 * @param limit the greatest magnitude, 90 or 180
 * @param decimals digits behind the decimal point, 0 to 8
 */
record CoordinatePart(int limit, int decimals) implements GrammarPart {

  /**
   * A number so far.
   *
   * @param signed whether it has a minus
   * @param digits of the whole degrees
   * @param fraction characters from the decimal point on
   * @param whole degrees
   */
  private record Prefix(boolean signed, int digits, int fraction, int whole) {

    static Prefix of(long state) {
      return new Prefix(
          (state & 1) != 0, (int) (state >> 1 & 3), (int) (state >> 3 & 15), (int) (state >> 7));
    }

    long state() {
      return (signed ? 1 : 0) | (long) digits << 1 | (long) fraction << 3 | (long) whole << 7;
    }
  }

  @Override
  public long next(long state, int b) {
    Prefix number = Prefix.of(state);
    if (b == '-') {
      return state == start() ? new Prefix(true, 0, 0, 0).state() : DEAD;
    }
    if (b == '.') {
      return number.digits > 0 && number.fraction == 0 && decimals > 0
          ? new Prefix(number.signed, number.digits, 1, number.whole).state()
          : DEAD;
    }
    if (b < '0' || b > '9') {
      return DEAD;
    }
    return number.fraction > 0 ? decimal(number, b - '0') : whole(number, b - '0');
  }

  private long whole(Prefix number, int digit) {
    int whole = 10 * number.whole + digit;
    boolean leadingZero = number.digits == 1 && number.whole == 0;
    return leadingZero || whole > limit
        ? DEAD
        : new Prefix(number.signed, number.digits + 1, 0, whole).state();
  }

  private long decimal(Prefix number, int digit) {
    boolean beyondLimit = number.whole == limit && digit > 0;
    return beyondLimit || number.fraction > decimals
        ? DEAD
        : new Prefix(number.signed, number.digits, number.fraction + 1, number.whole).state();
  }

  @Override
  public boolean isComplete(long state) {
    Prefix number = Prefix.of(state);
    return decimals == 0 ? number.digits > 0 : number.fraction == decimals + 1;
  }

  @Override
  public String closing(long state) {
    Prefix number = Prefix.of(state);
    int missing = decimals - Math.max(0, number.fraction - 1);
    return (number.digits == 0 ? "0" : "")
        + (number.fraction == 0 && decimals > 0 ? "." : "")
        + "0".repeat(missing);
  }

  /** Any number, not only the shortest. */
  @Override
  public int bound(long state) {
    Prefix number = Prefix.of(state);
    int fraction = decimals == 0 ? 0 : decimals + 1 - number.fraction;
    int sign = state == start() ? 1 : 0;
    int whole = number.fraction > 0 ? 0 : Integer.toString(limit).length() - number.digits;
    return sign + whole + fraction;
  }

  @Override
  public List<String> beginnings() {
    return Stream.concat(Stream.of("-1"), IntStream.rangeClosed(0, 9).mapToObj(Integer::toString))
        .toList();
  }
}
