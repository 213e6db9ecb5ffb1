package io.geolocsft.generate;

import io.geolocsft.answer.AnswerReader;
import io.geolocsft.prompt.AnswerGrammar.State;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * One answer's way through an automaton, which it always finishes: a token that would leave too
 * little room for what must still come is not taken, and the part that it belongs to is ended
 * instead.
 */
final class AnswerPath {

  private final TokenAutomaton automaton;
  private State state;
  private int tokensLeft;
  private int bytesLeft = AnswerReader.MAX_CHARACTERS;

  /**
   * Begins.
   *
   * @param tokens that the answer may have
   * @throws IllegalArgumentException if they might not suffice
   */
  AnswerPath(TokenAutomaton automaton, int tokens) {
    this.automaton = automaton;
    state = automaton.start();
    tokensLeft = tokens;
    int bound = automaton.bound(state);
    if (bound > tokens) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "An answer of this form may need %d tokens, and no more than %d are allowed: raise max_new_tokens, or turn constrained answers off",
              bound,
              tokens));
    }
  }

  /** What every answer begins with. */
  List<Integer> begin() {
    List<Integer> tokens = new ArrayList<>();
    follow(tokens);
    return tokens;
  }

  /** What may be said next. */
  BitSet allowed() {
    return automaton.allowed(state);
  }

  boolean isEnd() {
    return automaton.isEnd(state);
  }

  /**
   * Goes on by an allowed token.
   *
   * @return what is said: the token or what is said instead of it, and what must follow
   */
  List<Integer> take(int token) {
    List<Integer> tokens = new ArrayList<>();
    State next = automaton.after(state, token);
    int bound = automaton.bound(next);
    if (bound < tokensLeft && bound <= bytesLeft - automaton.length(token)) {
      append(token, tokens);
    } else {
      for (int closing : automaton.closing(state)) {
        append(closing, tokens);
      }
    }
    follow(tokens);
    return tokens;
  }

  private void follow(List<Integer> tokens) {
    for (int[] next = automaton.forced(state); next.length > 0; next = automaton.forced(state)) {
      for (int token : next) {
        append(token, tokens);
      }
    }
  }

  private void append(int token, List<Integer> tokens) {
    state = automaton.after(state, token);
    tokensLeft--;
    bytesLeft -= automaton.length(token);
    tokens.add(token);
  }
}
