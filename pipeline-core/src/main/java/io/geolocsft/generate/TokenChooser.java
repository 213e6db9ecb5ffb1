package io.geolocsft.generate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.gemma.Kernels;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses each row's next token from its logits, on the model's device: the likeliest, or a draw
 * after temperature, top-k and top-p.
 */
public final class TokenChooser implements AutoCloseable {

  /** The draw of a row that takes its likeliest token. */
  static final double LIKELIEST = -1;

  /**
   * The rows' tokens.
   *
   * @param logProbabilities natural logarithms of their probabilities at temperature 1
   */
  record Choices(long[] tokens, float[] logProbabilities) {}

  private final Kernels kernels;
  private final NDManager scope;
  private final NDManager host;
  private final NDArray limits;
  private final NDArray noLimits;
  private final Map<BitSet, NDArray> sets = new IdentityHashMap<>();

  /**
   * Prepares.
   *
   * @param scope on the model's device, where sets of tokens are kept
   */
  TokenChooser(NDManager scope, Kernels kernels, Sampling sampling) {
    this.scope = scope;
    this.kernels = kernels;
    host = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    limits = host.create(new double[] {sampling.temperature(), sampling.topK(), sampling.topP()});
    noLimits = host.create(new double[0]);
  }

  /**
   * Chooses.
   *
   * @param logits {@code [rows, vocabulary]}
   * @param draws one a row: a uniform number in [0, 1), or {@link #LIKELIEST}
   * @param allowed the tokens of each row to choose from, as if there were no others; empty for all
   * @throws ArithmeticException if a row has no probability to choose from
   */
  Choices choose(NDArray logits, double[] draws, List<BitSet> allowed) {
    NDManager inner = logits.getManager();
    boolean sampled = Arrays.stream(draws).anyMatch(draw -> draw >= 0);
    NDList inputs = new NDList(logits, inner.create(draws), sampled ? limits : noLimits);
    addSets(inputs, inner, allowed, Math.toIntExact(logits.getShape().get(1)));
    NDList chosen = kernels.call("choose", inputs);
    Choices choices = new Choices(chosen.get(0).toLongArray(), chosen.get(1).toFloatArray());
    chosen.forEach(NDArray::close);
    for (float logProbability : choices.logProbabilities()) {
      if (Float.isNaN(logProbability)) {
        throw new ArithmeticException("The model's logits are not numbers");
      }
    }
    return choices;
  }

  /** Each set once, and which of them is whose. */
  private void addSets(NDList inputs, NDManager inner, List<BitSet> allowed, int words) {
    Map<BitSet, Integer> numbers = new IdentityHashMap<>();
    long[] which = new long[allowed.size()];
    NDList different = new NDList();
    for (int row = 0; row < which.length; row++) {
      BitSet set = allowed.get(row);
      if (numbers.putIfAbsent(set, different.size()) == null) {
        different.add(sets.computeIfAbsent(set, s -> array(s, words)));
      }
      which[row] = numbers.get(set);
    }
    if (different.isEmpty()) {
      // A list argument cannot be empty.
      different.add(inner.zeros(new Shape(0)));
    }
    different.forEach(set -> set.setName("allowed[]"));
    inputs.addAll(different);
    inputs.add(inner.create(which));
  }

  private NDArray array(BitSet set, int words) {
    boolean[] allowed = new boolean[words];
    // A tokenizer may have tokens that the model has not.
    set.stream().filter(token -> token < words).forEach(token -> allowed[token] = true);
    return scope.create(allowed, new Shape(words));
  }

  @Override
  public void close() {
    host.close();
  }
}
