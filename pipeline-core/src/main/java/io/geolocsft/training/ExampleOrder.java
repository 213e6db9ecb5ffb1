package io.geolocsft.training;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which examples each step sees: a function of the seed and the epoch alone. The last step of an
 * epoch takes what is left. May be shared by threads.
 */
public final class ExampleOrder {

  private final int examples;
  private final int batchSize;
  private final int epochs;
  private final long seed;

  /** The order of the epoch that was asked for last, since steps follow each other. */
  private int[] shuffled = {};

  private int shuffledEpoch = -1;

  /**
   * An order of so many examples.
   *
   * @param batchSize examples of a step
   */
  public ExampleOrder(int examples, int batchSize, int epochs, long seed) {
    this.examples = examples;
    this.batchSize = batchSize;
    this.epochs = epochs;
    this.seed = seed;
  }

  int stepsPerEpoch() {
    return (examples + batchSize - 1) / batchSize;
  }

  public int steps() {
    return Math.multiplyExact(stepsPerEpoch(), epochs);
  }

  /** The epoch, from 0, that a step belongs to. */
  public int epoch(int step) {
    return step / stepsPerEpoch();
  }

  /** The examples of a step's global batch, in order. */
  public List<Integer> batch(int step) {
    int[] order = order(epoch(step));
    int begin = step % stepsPerEpoch() * batchSize;
    return IntStream.range(begin, Math.min(examples, begin + batchSize))
        .mapToObj(i -> order[i])
        .toList();
  }

  private synchronized int[] order(int epoch) {
    if (epoch != shuffledEpoch) {
      shuffled = permutation(epoch);
      shuffledEpoch = epoch;
    }
    return shuffled;
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
