package io.geolocsft.answer;

import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;

/** The ranks of several answers: the numbers, bullets or shares of the lines that they stand in. */
final class Ranks {

  private static final String BULLETS = "-\u2014\u2022";

  private final Tokens tokens;
  private final int[] ranks;

  Ranks(Tokens tokens) {
    this.tokens = tokens;
    this.ranks = new int[tokens.size() + 1];
    number();
  }

  /** Gives each token the rank of the list's item that it is in; 0 outside lists. */
  private void number() {
    int rank = 0;
    for (int i = 0; i < tokens.size(); i++) {
      boolean start = i == 0 || tokens.get(i - 1).is(TokenType.NEWLINE);
      rank = start ? ofLine(i, rank) : rank + (isNext(i, rank) ? 1 : 0);
      ranks[i] = rank;
    }
  }

  private int ofLine(int start, int before) {
    int own = rank(start);
    if (own > 0) {
      return own;
    }
    int same = tokens.get(start - 1).isBlankLine() ? 0 : before;
    return isBullet(start) ? before + 1 : same;
  }

  /** Whether the next rank stands within a line: {@code (2)}, {@code ; 2.}. */
  private boolean isNext(int index, int rank) {
    boolean bracket = tokens.get(index).isMark("(") && tokens.get(index + 2).isMark(")");
    boolean point = tokens.get(index - 1).isMark(";.,") && tokens.get(index + 1).isMark(".)");
    Token number = tokens.get(bracket ? index + 1 : index);
    boolean whole = number.numeral().isWhole() && number.numeral().value() == rank + 1;
    return whole && (bracket || point);
  }

  /** The number that opens a line: {@code 2.}, {@code (2)}, {@code Option 2:}. */
  private int rank(int start) {
    int at = start;
    while (tokens.get(at).isMark("([|-") || tokens.get(at).is(Term.RANKED)) {
      at++;
    }
    boolean named = tokens.get(at - 1).is(Term.RANKED);
    Token number = tokens.get(at);
    boolean closed = tokens.get(at + 1).isMark(".):|-]");
    boolean whole = number.numeral().isWhole() && number.numeral().value() <= 20;
    if (whole && (named || closed)) {
      return (int) number.numeral().value();
    }
    boolean letter = number.text().length() == 1 && (named || tokens.get(at + 1).isMark(".)"));
    return letter ? letter(number.text().charAt(0)) : 0;
  }

  private static int letter(char letter) {
    char small = Character.toLowerCase(letter);
    return small >= 'a' && small <= 'd' ? small - 'a' + 1 : 0;
  }

  private boolean isBullet(int index) {
    return tokens.get(index).isMark(BULLETS) && !tokens.isGlued(index + 1);
  }

  /** Whether the second of two readings has a lower rank than the first. */
  boolean areRanked(Reading first, Reading second) {
    int rank = ranks[Math.min(first.first(), tokens.size())];
    boolean listed = rank > 0 && ranks[second.first()] > rank;
    return listed || hasShare(first) && (hasShare(second) || isCut(second));
  }

  /** Whether the text ends where a percentage may have followed. */
  private boolean isCut(Reading reading) {
    int end = reading.end();
    end += tokens.get(end).isMark("(-:") ? 1 : 0;
    end += tokens.get(end).is(TokenType.NUMBER) ? 1 : 0;
    return tokens.isEnd(end);
  }

  /** Whether a percentage follows in the line. */
  private boolean hasShare(Reading reading) {
    for (int i = reading.end(); i < reading.end() + 8; i++) {
      if (tokens.get(i).is(TokenType.NEWLINE)) {
        return false;
      }
      if (tokens.get(i).isMark("%")) {
        return true;
      }
    }
    return false;
  }
}
