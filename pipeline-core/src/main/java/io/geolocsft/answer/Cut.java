package io.geolocsft.answer;

import io.geolocsft.answer.coordinate.Angle;
import io.geolocsft.answer.coordinate.Coordinate;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import java.util.Optional;

/**
 * Tells whether a text that ends with its last coordinate may have lost some of it.
 *
 * <p>It has if a bracket or tag around it is open, if a part of an angle has no mark, if the first
 * coordinate has a hemisphere, or minutes and the last has none, or if the last has no decimals or
 * far fewer. What cannot be told: whole numbers on both sides, and the loss of the last decimal.
 */
final class Cut {

  private static final int LINE = 200;

  private final Tokens tokens;

  Cut(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Whether a second number of so many decimals is shorter than one beside it should be. */
  static boolean isShort(int decimals, int lastDecimals) {
    return decimals > 0 && lastDecimals == 0 || lastDecimals < decimals - 1;
  }

  boolean isCut(Reading reading) {
    return !reading.coordinates().isEmpty()
        && isEnd(reading.end())
        && (isCut(reading.coordinates().get(0), reading.coordinates().get(1))
            || isNumber(reading) && isOpen(reading.end()));
  }

  /** Whether coordinates that are not clear may be so because the text ends with them. */
  boolean isUnfinished(Reading reading) {
    if (reading.coordinates().isEmpty()) {
      return false;
    }
    Coordinate earlier = reading.coordinates().get(0);
    Coordinate last = reading.coordinates().get(1);
    boolean part = last.angle().broken() && tokens.get(reading.end()).is(TokenType.NUMBER);
    boolean half = earlier.hasHemisphere() && Reading.isHalf(earlier, last);
    return part && isEnd(reading.end() + 1) || half && isEnd(reading.end());
  }

  /** Whether nothing but a point or comma, which may be a decimal one, follows. */
  private boolean isEnd(int index) {
    return tokens.isTextEnd(tokens.get(index).isMark(".,") ? index + 1 : index);
  }

  private boolean isNumber(Reading reading) {
    return tokens.get(reading.end() - 1).is(TokenType.NUMBER);
  }

  private boolean isCut(Coordinate earlier, Coordinate last) {
    Angle angle = last.angle();
    Angle other = earlier.angle();
    boolean number = tokens.get(last.end() - 1).is(TokenType.NUMBER);
    boolean shorter =
        number
            && angle.parts() == other.parts()
            && isShort(other.numeral().decimals(), angle.numeral().decimals());
    boolean coarser =
        angle.parts() == 1 && other.parts() > 1
            || number && other.marked() && !angle.marked() && !angle.isFraction();
    return shorter || coarser || angle.broken() || isLetter(earlier, last);
  }

  /** Whether the last hemisphere is a letter, which may be a word's first, and the other a word. */
  private boolean isLetter(Coordinate earlier, Coordinate last) {
    return tokens.isEnd(last.end())
        && hemisphere(earlier).filter(word -> word.length() > 2).isPresent()
        && hemisphere(last).filter(letter -> letter.length() == 1).isPresent();
  }

  private Optional<String> hemisphere(Coordinate coordinate) {
    return coordinate.behind().map(half -> tokens.get(coordinate.angle().end()).text());
  }

  /** Whether a bracket of the line that an index ends, or a tag, is open. */
  private boolean isOpen(int end) {
    if (tokens.hasOpenBrace()) {
      return true;
    }
    int open = 0;
    for (int i = end - 1; i >= Math.max(0, end - LINE); i--) {
      Token token = tokens.get(i);
      if (token.is(TokenType.NEWLINE)
          || token.is(TokenType.MARK) && token.text().equals("</answer>")) {
        break;
      }
      open += token.isMark("([") ? 1 : token.isMark(")]") ? -1 : 0;
      if (open > 0 || token.is(TokenType.MARK) && token.text().equals("<answer>")) {
        return true;
      }
    }
    return false;
  }
}
