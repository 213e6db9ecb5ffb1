package io.geolocsft.answer.token;

import io.geolocsft.answer.token.Token.Numeral;
import io.geolocsft.answer.token.Token.TokenType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes one token of the words of a phrase, whether or not they are abbreviated by dots. */
public final class Phrases {

  private Phrases() {}

  static List<Token> merged(List<Token> tokens) {
    List<Token> merged = new ArrayList<>(tokens.size());
    for (int i = 0; i < tokens.size(); ) {
      int end = tokens.get(i).is(TokenType.WORD) ? end(tokens, i) : i + 1;
      merged.add(end > i + 1 ? phrase(tokens.subList(i, end)) : tokens.get(i));
      i = end;
    }
    return merged;
  }

  /** Behind the longest phrase that begins at a word, or the word itself. */
  private static int end(List<Token> tokens, int start) {
    StringBuilder words = new StringBuilder(tokens.get(start).text());
    int longest = start + 1;
    int at = start + 1;
    for (int count = 2; count <= Vocabulary.PHRASE; count++) {
      at += at < tokens.size() && tokens.get(at).isMark(".") ? 1 : 0;
      if (at >= tokens.size() || !tokens.get(at).is(TokenType.WORD)) {
        break;
      }
      words.append(' ').append(tokens.get(at++).text());
      if (Vocabulary.isPhrase(words.toString())) {
        longest = at;
      }
    }
    return longest;
  }

  private static Token phrase(List<Token> tokens) {
    StringBuilder words = new StringBuilder();
    tokens.stream()
        .filter(token -> token.is(TokenType.WORD))
        .forEach(word -> words.append(words.isEmpty() ? "" : " ").append(word.text()));
    Set<Term> terms = Vocabulary.terms(words.toString());
    return new Token(
        TokenType.WORD,
        tokens.get(0).start(),
        tokens.get(tokens.size() - 1).end(),
        words.toString(),
        terms,
        Numeral.NONE);
  }
}
