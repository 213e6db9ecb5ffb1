package io.geolocsft.sft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.training.PhaseClock;
import io.geolocsft.training.TokenPass;
import java.util.Arrays;

/** The cross entropy of a micro-batch's target tokens. */
record TargetLoss(TokenPass pass) {

  /**
   * Adds a micro-batch's gradients to those of the step.
   *
   * @param targetTokens of the step over all ranks
   * @return the batch's part of the step's loss, which is the mean over those tokens
   * @throws ArithmeticException if the loss is not finite
   */
  double accumulate(
      MicroBatch batch, int targetTokens, int step, GradientCollector collector, PhaseClock clock) {
    TokenPass.TokenLoss loss =
        (hidden, begin, end) -> {
          // Not the number itself: DJL would let go of its memory at once, while the graph still
          // refers to it, and a garbage collection before the backward pass would make the gradient
          // a wrong one.
          NDArray count = hidden.getManager().create((float) targetTokens);
          return lossSum(batch, hidden, begin, end, true).div(count);
        };
    return pass.accumulate(batch.rows(), words(), loss, step, collector, clock);
  }

  /** The sum of the target tokens' losses, without gradients. */
  double sum(MicroBatch batch) {
    return pass.sum(
        batch.rows(), words(), (hidden, begin, end) -> lossSum(batch, hidden, begin, end, false));
  }

  private NDArray lossSum(MicroBatch batch, NDArray hidden, int begin, int end, boolean train) {
    NDManager scope = hidden.getManager();
    NDArray targets = scope.create(Arrays.copyOfRange(batch.targets(), begin, end));
    return model().lossSum(hidden, targets, train);
  }

  private long words() {
    return model().config().text().vocabSize();
  }

  private GemmaModel model() {
    return pass.model();
  }
}
