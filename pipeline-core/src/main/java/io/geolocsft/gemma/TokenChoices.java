package io.geolocsft.gemma;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Tokens that were chosen, each among some of the vocabulary. Logits are made for the words alone
 * that one of them was chosen among.
 *
 * @param chosen places of the tokens among {@code words}
 * @param words of the vocabulary, in order; empty for all of it
 * @param sets which words could be chosen, {@code [sets, words]}; empty where all could
 * @param which set each token was chosen among; empty where all could
 */
public record TokenChoices(long[] chosen, long[] words, List<boolean[]> sets, long[] which) {

  /**
   * Choices among sets, or among all words.
   *
   * @param allowed a set for each token, which many may have in common; null for each where all
   *     words could be chosen
   * @param vocabulary words that the model knows: a tokenizer may have more
   */
  public static TokenChoices of(int[] tokens, List<BitSet> allowed, int vocabulary) {
    if (tokens.length == 0 || allowed.get(0) == null) {
      long[] chosen = IntStream.of(tokens).asLongStream().toArray();
      return new TokenChoices(chosen, new long[0], List.of(), new long[0]);
    }
    Map<BitSet, Integer> numbers = new IdentityHashMap<>();
    BitSet union = new BitSet(vocabulary);
    for (BitSet set : allowed) {
      if (numbers.putIfAbsent(set, numbers.size()) == null) {
        union.or(set);
      }
    }
    int[] words = union.get(0, vocabulary).stream().toArray();
    boolean[][] sets = new boolean[numbers.size()][words.length];
    numbers.forEach(
        (set, number) -> {
          for (int i = 0; i < words.length; i++) {
            sets[number][i] = set.get(words[i]);
          }
        });
    return new TokenChoices(
        IntStream.of(tokens).mapToLong(token -> Arrays.binarySearch(words, token)).toArray(),
        IntStream.of(words).asLongStream().toArray(),
        List.of(sets),
        allowed.stream().mapToLong(numbers::get).toArray());
  }

  /** Some of the choices, of the same words. */
  public TokenChoices range(int begin, int end) {
    return new TokenChoices(
        Arrays.copyOfRange(chosen, begin, end),
        words,
        sets,
        which.length == 0 ? which : Arrays.copyOfRange(which, begin, end));
  }

  /** Logits that are made for each choice. */
  public long logits(int vocabulary) {
    return words.length == 0 ? vocabulary : words.length;
  }

  /** As the kernel takes them, on the device and in the manager of an array. */
  NDList arrays(NDArray like, double temperature) {
    NDManager scope = like.getManager();
    boolean[] flat = new boolean[sets.size() * words.length];
    for (int set = 0; set < sets.size(); set++) {
      System.arraycopy(sets.get(set), 0, flat, set * words.length, words.length);
    }
    NDArray divisor = scope.newSubManager(Device.cpu()).create(new double[] {temperature});
    return new NDList(
        scope.create(chosen),
        scope.create(words),
        scope.create(flat, new Shape(sets.size(), words.length)),
        scope.create(which),
        divisor);
  }
}
