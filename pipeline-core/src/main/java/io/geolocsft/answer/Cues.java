package io.geolocsft.answer;

import io.geolocsft.answer.token.Term;
import io.geolocsft.answer.token.Token;
import io.geolocsft.answer.token.Token.TokenType;
import io.geolocsft.answer.token.Tokens;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** What a text says between two places, counted once so that any two are compared at once. */
final class Cues {

  private static final Set<String> NO = Set.of("no", "nein", "non", "n\u00E3o", "nee", "nie");

  private final Tokens tokens;
  private final int[] corrections;
  private final int[] alternatives;
  private final int[] sentences;
  private final int[] brackets;

  Cues(Tokens tokens) {
    this.tokens = tokens;
    this.corrections = sums(i -> isCorrection(i) ? 1 : 0);
    this.alternatives = sums(i -> tokens.get(i).is(Term.ALTERNATIVE) ? 1 : 0);
    this.sentences = sums(i -> isSentence(tokens.get(i)) ? 1 : 0);
    this.brackets = sums(i -> bracket(tokens.get(i)));
  }

  /** The sum over all tokens before each. */
  private int[] sums(IntUnaryOperator value) {
    int[] sums = new int[tokens.size() + 1];
    for (int i = 0; i < tokens.size(); i++) {
      sums[i + 1] = sums[i] + value.applyAsInt(i);
    }
    return sums;
  }

  private static boolean isSentence(Token token) {
    return token.is(TokenType.NEWLINE) || token.isMark(".!?");
  }

  private static int bracket(Token token) {
    return token.isMark("(") ? 1 : token.isMark(")") ? -1 : 0;
  }

  /** A word for it, or a "no" that goes on with a comma or colon. */
  private boolean isCorrection(int index) {
    Token token = tokens.get(index);
    boolean no = token.text().length() <= 4 && NO.contains(token.text().toLowerCase(Locale.ROOT));
    return token.is(Term.CORRECTION) || no && tokens.get(index + 1).isMark(",:.");
  }

  boolean hasCorrection(int from, int to) {
    return corrections[to] > corrections[from];
  }

  boolean hasAlternative(int from, int to) {
    return alternatives[to] > alternatives[from];
  }

  /** Whether a sentence or a line ends. */
  boolean hasSentence(int from, int to) {
    return sentences[to] > sentences[from];
  }

  /** Whether more brackets open than close. */
  boolean isInBrackets(int from, int to) {
    return brackets[to] > brackets[from];
  }
}
