package io.geolocsft.generate;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import com.google.common.util.concurrent.UncheckedExecutionException;
import io.geolocsft.prompt.AnswerGrammar;
import io.geolocsft.prompt.AnswerGrammar.State;
import io.geolocsft.prompt.GemmaTokenizer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/**
 * The tokens by which a text of a grammar may go on.
 *
 * <p>A token may follow if all its bytes may. Where only one text can, its tokens are those that
 * the tokenizer makes of it, so that a model reads what it was trained on.
 *
 * <p>Threads may share one.
 */
public final class TokenAutomaton {

  /** Sets of 262,144 tokens take 32 KiB each. */
  private static final int MOST_SETS = 2048;

  private static final int[] NONE = {};

  private final AnswerGrammar grammar;
  private final GemmaTokenizer tokenizer;
  private final Integer[] sorted;
  private final byte[][] texts;
  private final int[] shared;
  private final int longest;
  private final Cache<State, BitSet> sets =
      CacheBuilder.newBuilder().maximumSize(MOST_SETS).build();
  private final Interner<BitSet> interned = Interners.newWeakInterner();
  private final Map<State, int[]> forced = new ConcurrentHashMap<>();

  /**
   * Prepares the vocabulary.
   *
   * @param tokenizer stays the caller's to close
   */
  public TokenAutomaton(AnswerGrammar grammar, GemmaTokenizer tokenizer) {
    this.grammar = grammar;
    this.tokenizer = tokenizer;
    texts =
        IntStream.range(0, tokenizer.vocabularySize())
            .mapToObj(tokenizer::bytes)
            .toArray(byte[][]::new);
    longest = Arrays.stream(texts).mapToInt(text -> text.length).max().orElse(0);
    sorted =
        IntStream.range(0, texts.length)
            .filter(id -> texts[id].length > 0)
            .boxed()
            .sorted((a, b) -> Arrays.compareUnsigned(texts[a], texts[b]))
            .toArray(Integer[]::new);
    shared = new int[sorted.length];
    for (int i = 1; i < sorted.length; i++) {
      byte[] text = texts[sorted[i]];
      int difference = Arrays.mismatch(texts[sorted[i - 1]], text);
      shared[i] = difference < 0 ? text.length : difference;
    }
  }

  /** Before the first token. */
  State start() {
    return grammar.start();
  }

  boolean isEnd(State state) {
    return grammar.isEnd(state);
  }

  /** Tokens that the shortest way to the end takes at most, whatever the coordinates are. */
  int bound(State state) {
    return grammar.bound(state);
  }

  /** Bytes of a token. */
  int length(int token) {
    return texts[token].length;
  }

  /**
   * The tokens that may follow.
   *
   * @throws IllegalStateException if there are none: the vocabulary cannot spell the text
   */
  BitSet allowed(State state) {
    try {
      return sets.get(state, () -> interned.intern(walk(state)));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (UncheckedExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    }
  }

  /** All tokens in the order of their bytes: what two have in common is looked at once. */
  private BitSet walk(State state) {
    BitSet allowed = new BitSet(texts.length);
    State[] states = new State[longest + 1];
    states[0] = state;
    int alive = 0;
    for (int i = 0; i < sorted.length; i++) {
      byte[] text = texts[sorted[i]];
      if (shared[i] > alive) {
        // The byte that cannot follow is in this token, too.
        continue;
      }
      alive = shared[i];
      while (alive < text.length) {
        State next = grammar.next(states[alive], Byte.toUnsignedInt(text[alive]));
        if (next == null) {
          break;
        }
        states[++alive] = next;
      }
      if (alive == text.length) {
        allowed.set(sorted[i]);
      }
    }
    if (allowed.isEmpty()) {
      throw new IllegalStateException(cannotSpell());
    }
    return allowed;
  }

  /**
   * The state after a token.
   *
   * @throws IllegalArgumentException if it may not follow
   */
  State after(State state, int token) {
    State next = state;
    for (byte b : texts[token]) {
      next = grammar.next(next, Byte.toUnsignedInt(b));
      if (next == null) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "Token %d cannot follow here", token));
      }
    }
    return next;
  }

  /**
   * The tokens that must follow. Those that may still grow into others by what comes behind them
   * are not among them: {@code " "} may become {@code " -"}.
   */
  int[] forced(State state) {
    String text = grammar.forced(state);
    return text.isEmpty()
        ? NONE
        : forced.computeIfAbsent(state, s -> common(text, grammar.beyond(s)));
  }

  /** The tokens of a text that are the same whatever comes behind it. */
  private int[] common(String text, List<String> beyond) {
    if (beyond.isEmpty()) {
      return spelled(text);
    }
    List<int[]> ways = beyond.stream().map(next -> tokenizer.encode(text + next)).toList();
    int count = 0;
    int bytes = 0;
    while (isCommon(ways, count)
        && length(ways.get(0)[count]) > 0
        && bytes + length(ways.get(0)[count]) <= text.length()) {
      bytes += length(ways.get(0)[count++]);
    }
    return Arrays.copyOf(ways.get(0), count);
  }

  private static boolean isCommon(List<int[]> ways, int at) {
    return ways.stream().allMatch(way -> at < way.length && way[at] == ways.get(0)[at]);
  }

  /** The tokens of the shortest text that ends the part that a state is in. */
  int[] closing(State state) {
    return spelled(grammar.closing(state));
  }

  private int[] spelled(String text) {
    int[] tokens = tokenizer.encode(text);
    if (Arrays.stream(tokens).anyMatch(token -> length(token) == 0)) {
      throw new IllegalStateException(cannotSpell());
    }
    return tokens;
  }

  private static String cannotSpell() {
    return "The vocabulary cannot spell an answer of this form: use the model's own tokenizer.json, or turn constrained answers off";
  }
}
