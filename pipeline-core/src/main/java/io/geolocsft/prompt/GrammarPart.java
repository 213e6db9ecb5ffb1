package io.geolocsft.prompt;

import java.util.List;

/**
 * A part of an {@link AnswerGrammar}: a deterministic automaton over bytes, whose states are
 * numbers.
 */
interface GrammarPart {

  /** Where a byte cannot follow. */
  long DEAD = -1;

  /** The state before the part's first byte. */
  default long start() {
    return 0;
  }

  /** The state after one more byte, {@link #DEAD} if it cannot follow. */
  long next(long state, int b);

  /** Whether the part may end here. */
  boolean isComplete(long state);

  /** The shortest text that completes the part. */
  String closing(long state);

  /** Bytes that a text to complete the part has at most, if it is to be short. */
  int bound(long state);

  /** Ways in which the part may begin: what a tokenizer joins to the text before it. */
  List<String> beginnings();
}
