package io.geolocsft.generate;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.geolocsft.gemma.Kernels;
import java.util.Arrays;

/**
 * Chooses each row's next token from its logits, on the model's device: the likeliest, or a draw
 * after temperature, top-k and top-p.
 */
final class TokenChooser implements AutoCloseable {

  /** The draw of a row that takes its likeliest token. */
  static final double LIKELIEST = -1;

  /**
   * The rows' tokens.
   *
   * @param logProbabilities natural logarithms of their probabilities at temperature 1
   */
  record Choices(long[] tokens, float[] logProbabilities) {}

  private final Kernels kernels;
  private final NDManager host;
  private final NDArray limits;
  private final NDArray noLimits;

  TokenChooser(Kernels kernels, Sampling sampling) {
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
   * @throws ArithmeticException if a row has no probability to choose from
   */
  Choices choose(NDManager scope, NDArray logits, double[] draws) {
    boolean sampled = Arrays.stream(draws).anyMatch(draw -> draw >= 0);
    NDList inputs = new NDList(logits, scope.create(draws), sampled ? limits : noLimits);
    NDList chosen = kernels.call("choose", inputs);
    Choices choices = new Choices(chosen.get(0).toLongArray(), chosen.get(1).toFloatArray());
    chosen.forEach(NDArray::close);
    for (float logProbability : choices.logProbabilities()) {
      if (Float.isNaN(logProbability)) {
        throw new ArithmeticException("The model's logits are no numbers");
      }
    }
    return choices;
  }

  @Override
  public void close() {
    host.close();
  }
}
