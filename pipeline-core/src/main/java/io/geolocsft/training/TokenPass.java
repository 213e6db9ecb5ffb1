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

/**
 * Passes of a model under training over rows, with a loss that is a sum over some of their tokens.
 *
 * @param model whose tensors collect gradients
 */
public record TokenPass(GemmaModel model, Savings savings) {

  /**
   * Rows as a pass takes them.
   *
   * @param at cells whose hidden state predicts a token that counts
   * @param images of the rows in order: features, or pixels
   * @param cached whether {@code images} are features
   */
  public record Rows(TokenBatch tokens, long[] at, float[][] images, boolean cached) {}

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
   * @return the loss
   */
  public double accumulate(
      Rows rows, long words, TokenLoss loss, GradientCollector collector, PhaseClock clock) {
    try (NDManager scope = model.newScope()) {
      NDArray features = features(scope, rows, true);
      if (savings.recomputeLayers()) {
        CheckpointedPass pass = model.checkpointedPass(scope, rows.tokens(), features);
        clock.endOf(Phase.FORWARD);
        double sum = head(scope, pass.hidden(), rows, words, loss, collector);
        pass.backward();
        clock.endOf(Phase.BACKWARD);
        return sum;
      }
      NDArray hidden = model.hiddenStates(scope, rows.tokens(), features, true);
      clock.endOf(Phase.FORWARD);
      double sum = head(scope, hidden, rows, words, loss, collector);
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
      GradientCollector collector) {
    NDArray picked = model.pick(hidden, scope.create(rows.at()), true);
    NDArray leaf = picked.stopGradient();
    leaf.setRequiresGradient(true);
    double whole = 0;
    int part = part(rows, words);
    for (int begin = 0; begin < rows.at().length; begin += part) {
      int end = Math.min(rows.at().length, begin + part);
      NDArray sum = loss.sum(leaf.get(begin + ":" + end), begin, end);
      whole += sum.getFloat();
      collector.backward(sum);
    }
    JniUtils.backward((PtNDArray) picked, (PtNDArray) leaf.getGradient(), false, false);
    return whole;
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
        whole += loss.sum(picked.get(begin + ":" + end), begin, end).getFloat();
      }
      return whole;
    }
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
