package io.geolocsft.sft;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which examples each step sees: a function of the seed and the epoch alone. The last step of an
 * epoch takes what is left.
 */
record ExampleOrder(int examples, int batchSize, int epochs, long seed) {

  int stepsPerEpoch() {
    return (examples + batchSize - 1) / batchSize;
  }

  int steps() {
    return Math.multiplyExact(stepsPerEpoch(), epochs);
  }

  int epoch(int step) {
    return step / stepsPerEpoch();
  }

  /** The examples of a step's global batch, in order. */
  List<Integer> batch(int step) {
    int[] order = permutation(epoch(step));
    int begin = step % stepsPerEpoch() * batchSize;
    return IntStream.range(begin, Math.min(examples, begin + batchSize))
        .mapToObj(i -> order[i])
        .toList();
  }

  /** Fisher-Yates. */
  private int[] permutation(int epoch) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + epoch);
    int[] order = IntStream.range(0, examples).toArray();
    for (int i = examples - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
