package io.geolocsft.generate;

import io.geolocsft.generate.Continuation.Choice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** One answer while it grows. */
final class GrowingAnswer {

  private final boolean greedy;
  private final SplittableRandom random;
  private final Set<Integer> stopTokens;
  private final AnswerPath path;
  private final List<Integer> tokens = new ArrayList<>();
  private final int limit;
  private int known;
  private final List<Choice> choices = new ArrayList<>();
  private boolean complete;
  private BitSet allowed;

  /**
   * Begins.
   *
   * @param random its own stream of draws
   * @param limit tokens that it may have
   * @param path null where it may say anything
   */
  GrowingAnswer(
      boolean greedy,
      SplittableRandom random,
      Set<Integer> stopTokens,
      int limit,
      AnswerPath path) {
    this.greedy = greedy;
    this.random = random;
    this.stopTokens = stopTokens;
    this.limit = limit;
    this.path = path;
    if (path != null) {
      tokens.addAll(path.begin());
      known = tokens.size();
      allowed = path.allowed();
    }
  }

  /** What it has said; before the model is asked first, the part of it that goes to the prompt. */
  int[] said() {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  /** For {@link TokenChooser#choose}. */
  double draw() {
    return greedy || !isAsked() ? TokenChooser.LIKELIEST : random.nextDouble();
  }

  /** The tokens that may come next, or once could; null for any. */
  BitSet allowed() {
    return allowed;
  }

  boolean isOpen() {
    return !complete && tokens.size() < limit;
  }

  /** Whether the model knows all that was said, so that the next token is its choice. */
  private boolean isAsked() {
    return isOpen() && known == tokens.size();
  }

  /** Goes on by the model's choice, if it was asked for one. */
  void take(int token, float tokenLogProbability) {
    if (!isAsked()) {
      return;
    }
    if (path != null) {
      List<Integer> next = path.take(token);
      if (next.get(0) == token) {
        choices.add(new Choice(tokens.size(), token, allowed, tokenLogProbability));
      }
      tokens.addAll(next);
      complete = path.isEnd();
      allowed = complete ? allowed : path.allowed();
      return;
    }
    choices.add(new Choice(tokens.size(), token, null, tokenLogProbability));
    if (stopTokens.contains(token)) {
      complete = true;
    } else {
      tokens.add(token);
    }
  }

  /**
   * Says what is given, as if the model had chosen it.
   *
   * @param given a whole answer and, behind it, a stop token
   * @return whether it could: its form allows every token, and there is room for all
   */
  boolean follow(int[] given) {
    while (isOpen() && tokens.size() < given.length) {
      known = tokens.size();
      int next = given[known];
      if (allowed != null && !allowed.get(next)) {
        return false;
      }
      take(next, 0);
    }
    boolean isAll = complete && given.length - tokens.size() <= 1;
    return isAll && Arrays.equals(said(), Arrays.copyOf(given, tokens.size()));
  }

  /**
   * What the model is to be told next, now known to it.
   *
   * @param most tokens at once
   */
  long[] run(int most) {
    if (!isOpen()) {
      // What a row that has ended feeds does not matter: nothing reads its output.
      return new long[1];
    }
    int end = Math.min(tokens.size(), known + most);
    long[] run = tokens.subList(known, end).stream().mapToLong(Integer::longValue).toArray();
    known = end;
    return run;
  }

  Continuation finished() {
    return new Continuation(tokens, choices, complete);
  }
}
