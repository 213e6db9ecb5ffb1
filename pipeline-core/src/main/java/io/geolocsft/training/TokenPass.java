package io.geolocsft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import com.google.common.primitives.Floats;
import io.geolocsft.gemma.CheckpointedPass;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.config.VisionConfig;
import io.geolocsft.training.PhaseClock.Phase;
import java.util.List;
import java.util.Locale;

/**
 * Passes of a model under training over rows, with a loss that is a sum over some of their tokens.
 *
 * @param model whose tensors collect gradients
 * @param rank names this rank in messages
 */
public record TokenPass(GemmaModel model, Savings savings, int rank) {

  /**
   * Rows as a pass takes them.
   *
   * @param imageIds names the rows in messages
   * @param at cells whose hidden state predicts a token that counts
   * @param images of the rows in order: features, or pixels
   * @param cached whether {@code images} are features
   */
  public record Rows(
      List<String> imageIds, TokenBatch tokens, long[] at, float[][] images, boolean cached) {}

  /** The loss of some of the tokens that count. */
  @FunctionalInterface
  public interface TokenLoss {

    /**
     * Sums it.
     *
     * @param hidden states of the cells from {@code begin} to {@code end}, {@code [n, hidden]}
     * @return a scalar
     */
    NDArray sum(NDArray hidden, int begin, int end);
  }

  /**
   * Adds the rows' gradients to those of the step. Logits are made for the cells that count alone
   * and a part of them at a time: over 262,144 words they would be the largest array of the step.
   *
   * @param words that a logit is made of for each cell
   * @param step names it in messages
   * @return the loss
   * @throws ArithmeticException if it is not finite
   */
  public double accumulate(
      Rows rows,
      long words,
      TokenLoss loss,
      int step,
      GradientCollector collector,
      PhaseClock clock) {
    try (NDManager scope = model.newScope()) {
      NDArray features = features(scope, rows, true);
      if (savings.recomputeLayers()) {
        CheckpointedPass pass = model.checkpointedPass(scope, rows.tokens(), features);
        clock.endOf(Phase.FORWARD);
        double sum = head(scope, pass.hidden(), rows, words, loss, step, collector);
        pass.backward();
        clock.endOf(Phase.BACKWARD);
        return sum;
      }
      NDArray hidden = model.hiddenStates(scope, rows.tokens(), features, true);
      clock.endOf(Phase.FORWARD);
      double sum = head(scope, hidden, rows, words, loss, step, collector);
      clock.endOf(Phase.BACKWARD);
      return sum;
    }
  }

  /** The loss and, from it, the gradients of all that the hidden states were computed from. */
  private double head(
      NDManager scope,
      NDArray hidden,
      Rows rows,
      long words,
      TokenLoss loss,
      int step,
      GradientCollector collector) {
    NDArray picked = model.pick(hidden, scope.create(rows.at()), true);
    NDArray leaf = picked.stopGradient();
    leaf.setRequiresGradient(true);
    double whole = 0;
    int part = part(rows, words);
    for (int begin = 0; begin < rows.at().length; begin += part) {
      int end = Math.min(rows.at().length, begin + part);
      try (NDManager inner = scope.newSubManager()) {
        NDArray sum = loss.sum(cells(leaf, begin, end, inner), begin, end);
        double value = sum.getFloat();
        requireFinite(value, rows, step);
        collector.backward(sum);
        whole += value;
      }
    }
    JniUtils.backward((PtNDArray) picked, (PtNDArray) leaf.getGradient(), false, false);
    return whole;
  }

  private void requireFinite(double loss, Rows rows, int step) {
    if (!Double.isFinite(loss)) {
      throw new ArithmeticException(
          String.format(
              Locale.ROOT,
              "The loss is %s in step %d on rank %d; images of the micro-batch: %s",
              loss,
              step,
              rank,
              rows.imageIds()));
    }
  }

  /**
   * The loss without gradients.
   *
   * @param words as above
   */
  public double sum(Rows rows, long words, TokenLoss loss) {
    try (NDManager scope = model.newScope()) {
      NDArray features = features(scope, rows, false);
      NDArray hidden = model.hiddenStates(scope, rows.tokens(), features, false);
      NDArray picked = model.pick(hidden, scope.create(rows.at()), false);
      double whole = 0;
      int part = part(rows, words);
      for (int begin = 0; begin < rows.at().length; begin += part) {
        int end = Math.min(rows.at().length, begin + part);
        try (NDManager inner = scope.newSubManager()) {
          whole += loss.sum(cells(picked, begin, end, inner), begin, end).getFloat();
        }
      }
      return whole;
    }
  }

  /** A part of the cells, in a manager that is closed with all that is computed from them. */
  private static NDArray cells(NDArray all, int begin, int end, NDManager scope) {
    NDArray some = all.get(begin + ":" + end);
    some.attach(scope);
    return some;
  }

  /** Cells whose logits are held at a time. */
  private int part(Rows rows, long words) {
    return (int) Math.max(1, Math.min(rows.at().length, savings.logits() / words));
  }

  private NDArray features(NDManager scope, Rows rows, boolean train) {
    float[][] images = rows.images();
    if (images.length == 0) {
      return null;
    }
    return rows.cached()
        ? featureArray(scope, images)
        : model.imageFeatures(pixelArray(model, scope, images), train);
  }

  /** {@code [images, 3, side, side]}. */
  static NDArray pixelArray(GemmaModel model, NDManager scope, float[][] images) {
    int side = vision(model).imageSize();
    return scope.create(Floats.concat(images), new Shape(images.length, 3, side, side));
  }

  /** {@code [images, tokens, hidden]}. */
  private NDArray featureArray(NDManager scope, float[][] images) {
    int tokens = vision(model).tokensPerImage();
    int width = model.config().text().hiddenSize();
    return scope.create(Floats.concat(images), new Shape(images.length, tokens, width));
  }

  private static VisionConfig vision(GemmaModel model) {
    return model
        .config()
        .vision()
        .orElseThrow(
            () -> new IllegalArgumentException("A text-only Gemma 3 cannot learn from images"));
  }
}
