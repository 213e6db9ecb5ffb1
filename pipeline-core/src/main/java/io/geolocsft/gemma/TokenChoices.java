package io.geolocsft.gemma;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Tokens that were chosen, each among some of the vocabulary. Where those are few, logits are made
 * for the words alone that one of them was chosen among.
 *
 * @param chosen places of the tokens among {@code words}
 * @param words of the vocabulary, in order; empty for all of it
 * @param width how many words that are
 * @param allowed of the vocabulary, for each token, a set that many may have in common; empty where
 *     all words could be chosen
 */
public record TokenChoices(long[] chosen, long[] words, int width, List<BitSet> allowed) {

  /** Their part of the embedding table is copied, which for most words would take much memory. */
  private static final double FEW = 0.5;

  /**
   * Choices among sets, or among all words.
   *
   * @param allowed a set for each token, which many may have in common; null for each where all
   *     words could be chosen
   * @param vocabulary words that the model knows: a tokenizer may have more
   */
  public static TokenChoices of(int[] tokens, List<BitSet> allowed, int vocabulary) {
    long[] chosen = IntStream.of(tokens).asLongStream().toArray();
    if (tokens.length == 0 || allowed.get(0) == null) {
      return new TokenChoices(chosen, new long[0], vocabulary, List.of());
    }
    BitSet union = new BitSet(vocabulary);
    Set<BitSet> sets = Collections.newSetFromMap(new IdentityHashMap<>());
    allowed.stream().filter(sets::add).forEach(union::or);
    long[] words = union.get(0, vocabulary).stream().asLongStream().toArray();
    return words.length > vocabulary * FEW
        ? new TokenChoices(chosen, new long[0], vocabulary, allowed)
        : new TokenChoices(
            LongStream.of(chosen).map(token -> Arrays.binarySearch(words, token)).toArray(),
            words,
            words.length,
            allowed);
  }

  /** Some of the choices, of the same words. */
  public TokenChoices range(int begin, int end) {
    return new TokenChoices(
        Arrays.copyOfRange(chosen, begin, end),
        words,
        width,
        allowed.isEmpty() ? allowed : allowed.subList(begin, end));
  }

  /** As the kernel takes them, on the device and in the manager of an array. */
  NDList arrays(NDArray like, double temperature) {
    NDManager scope = like.getManager();
    Map<BitSet, Integer> numbers = new IdentityHashMap<>();
    allowed.forEach(set -> numbers.putIfAbsent(set, numbers.size()));
    boolean[] flat = new boolean[numbers.size() * width];
    numbers.forEach(
        (set, number) -> {
          for (int i = 0; i < width; i++) {
            flat[number * width + i] = set.get(words.length == 0 ? i : (int) words[i]);
          }
        });
    NDArray divisor = scope.newSubManager(Device.cpu()).create(new double[] {temperature});
    return new NDList(
        scope.create(chosen),
        scope.create(words),
        scope.create(flat, new Shape(numbers.size(), width)),
        scope.create(allowed.stream().mapToLong(numbers::get).toArray()),
        divisor);
  }
}
