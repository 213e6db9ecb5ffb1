package io.geolocsft.answer.token;

import io.geolocsft.answer.token.Token.TokenType;
import java.util.List;

/** The tokens of a text, with nothing before and behind them. */
public final class Tokens {

  private final List<Token> list;
  private final Token before = Token.of(TokenType.NONE, -1, -1, "");
  private final Token behind;
  private final int length;
  private final boolean open;

  /**
   * @param length of the text
   * @param open whether a brace is open at its end
   */
  Tokens(List<Token> list, int length, boolean open) {
    this.list = List.copyOf(list);
    this.length = length;
    this.open = open;
    this.behind = Token.of(TokenType.NONE, length + 1, length + 1, "");
  }

  public int size() {
    return list.size();
  }

  /** Any index is allowed. */
  public Token get(int index) {
    if (index < 0) {
      return before;
    }
    return index < list.size() ? list.get(index) : behind;
  }

  public boolean isEnd(int index) {
    return index >= list.size();
  }

  /** Whether the text ends right behind the token before an index. */
  public boolean isTextEnd(int index) {
    return isEnd(index) && get(index - 1).end() == length;
  }

  /** Whether a brace is open at the end of the text. */
  public boolean hasOpenBrace() {
    return open;
  }

  /** Whether there is a token of a kind. */
  public boolean has(TokenType type) {
    return list.stream().anyMatch(token -> token.is(type));
  }

  /** Whether a token touches the one before it. */
  public boolean isGlued(int index) {
    return get(index - 1).touches(get(index));
  }

  /** Whether a number is one by itself: not part of a name such as D750, nor counted as in 17z. */
  public boolean isNumber(int index) {
    return get(index).is(TokenType.NUMBER)
        && !(isGlued(index) && isForeign(get(index - 1)))
        && !(isGlued(index + 1) && isForeign(get(index + 1)));
  }

  /** Whether a comma between two whole numbers touches both. */
  public boolean isDecimalComma(int index) {
    return get(index).isMark(",")
        && isGlued(index)
        && isGlued(index + 1)
        && get(index - 1).numeral().isWhole()
        && get(index + 1).numeral().isWhole();
  }

  /** A word of an alphabet that is not known around coordinates. */
  private static boolean isForeign(Token token) {
    return token.is(TokenType.WORD)
        && token.terms().isEmpty()
        && !Lexer.isCompact(token.text().codePointAt(0))
        && !token.isInitial();
  }

  /**
   * The index behind the bracket that closes the one at an index; the index itself if none does.
   */
  public int behindBracket(int open, int limit) {
    int depth = 0;
    for (int i = open; i < Math.min(open + limit, size()); i++) {
      depth += get(i).isMark("([") ? 1 : get(i).isMark(")]") ? -1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return open;
  }
}
