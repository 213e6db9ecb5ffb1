package io.geolocsft.grpo;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.training.PhaseClock;
import io.geolocsft.training.TokenPass;
import java.util.Arrays;

/**
 * The loss of answers to learn from.
 *
 * @param temperature that they were drawn at
 */
record PolicyLoss(TokenPass pass, PolicyObjective objective, double temperature) {

  /**
   * Of some choices.
   *
   * @param clipped how many ratios of drawn ones were clipped
   * @param divergence sum of their k3
   */
  record Result(double loss, double clipped, double divergence) {

    static final Result NONE = new Result(0, 0, 0);

    Result plus(Result other) {
      return new Result(loss + other.loss, clipped + other.clipped, divergence + other.divergence);
    }
  }

  /** Finds out the log-probabilities of a batch's choices by a reference model. */
  void readReference(PolicyBatch batch, GemmaModel reference, float[] into) {
    new TokenPass(reference, pass.savings(), pass.rank())
        .sum(
            batch.rows(),
            logits(batch),
            (hidden, begin, end) -> {
              NDArray read =
                  reference.logProbabilities(
                      hidden, batch.choices().range(begin, end), temperature, false);
              copy(read, into, batch.first() + begin);
              return read.sum();
            });
  }

  private static void copy(NDArray values, float[] into, int at) {
    float[] read = values.toFloatArray();
    System.arraycopy(read, 0, into, at, read.length);
  }

  /**
   * Adds a batch's gradients to those of the step.
   *
   * @param old log-probabilities that the choices were drawn with, by {@link PolicyBatch#first}
   * @param isFirst whether the model is still as it was then: {@code old} is written and not read
   * @param reference those by the reference model; empty without one
   * @throws ArithmeticException if the loss is not finite
   */
  Result accumulate(
      PolicyBatch batch,
      float[] old,
      boolean isFirst,
      float[] reference,
      int step,
      GradientCollector collector,
      PhaseClock clock) {
    double[] counts = new double[2];
    TokenPass.TokenLoss tokenLoss =
        (hidden, begin, end) -> {
          NDArray logP =
              model()
                  .logProbabilities(hidden, batch.choices().range(begin, end), temperature, true);
          int from = batch.first() + begin;
          int to = batch.first() + end;
          if (isFirst) {
            copy(logP, old, from);
          }
          NDManager scope = hidden.getManager();
          NDList results =
              model()
                  .kernels()
                  .callForTraining(
                      "policy_loss",
                      new NDList(
                          logP,
                          isFirst ? none(scope) : scope.create(Arrays.copyOfRange(old, from, to)),
                          reference.length == 0
                              ? none(scope)
                              : scope.create(Arrays.copyOfRange(reference, from, to)),
                          scope.create(Arrays.copyOfRange(batch.advantages(), begin, end)),
                          scope.create(Arrays.copyOfRange(batch.weights(), begin, end)),
                          scope.create(Arrays.copyOfRange(batch.imitated(), begin, end)),
                          limits(scope)));
          counts[0] += results.get(1).getFloat();
          counts[1] += results.get(2).getFloat();
          return results.get(0);
        };
    double loss = pass.accumulate(batch.rows(), logits(batch), tokenLoss, step, collector, clock);
    return new Result(loss, counts[0], counts[1]);
  }

  private static NDArray none(NDManager scope) {
    return scope.zeros(new Shape(0));
  }

  /** On the host, where the kernel reads them. */
  private NDArray limits(NDManager scope) {
    return scope
        .newSubManager(Device.cpu())
        .create(
            new double[] {
              1 - objective.epsilon(),
              1 + objective.epsilonHigh(),
              objective.beta(),
              objective.unbiased() ? 1 : 0
            });
  }

  private static long logits(PolicyBatch batch) {
    return batch.choices().width();
  }

  private GemmaModel model() {
    return pass.model();
  }
}
