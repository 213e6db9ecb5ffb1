package io.geolocsft.sft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import com.google.common.collect.Lists;
import com.google.common.primitives.Floats;
import io.geolocsft.gemma.CheckpointedPass;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.config.VisionConfig;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.sft.PhaseClock.Phase;
import io.geolocsft.sft.TrainingSettings.Optimization;
import io.geolocsft.sft.TrainingSettings.Savings;
import io.geolocsft.tensor.DeviceMemory;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What an optimizer step does to the tensors under training: the gradients of this rank's rows, the
 * sum over the ranks, clipping and AdamW.
 */
public final class OptimizerStep implements AutoCloseable {

  /** Mean loss of the step over all ranks, and its gradient's norm before clipping. */
  record Outcome(double loss, double gradientNorm) {}

  // As torch.nn.utils.clip_grad_norm_ has it.
  private static final double CLIPPING_EPSILON = 1e-6;

  private final Optimization optimization;
  private final Savings savings;
  private final WireType wire;
  private final GemmaModel model;
  private final Map<String, NDArray> trained;
  private final AllReduce allReduce;
  private final AdamW optimizer;

  OptimizerStep(
      Optimization optimization,
      Savings savings,
      WireType wire,
      GemmaModel model,
      Map<String, NDArray> trained,
      AllReduce allReduce) {
    this.optimization = optimization;
    this.savings = savings;
    this.wire = wire;
    this.model = model;
    this.trained = trained;
    this.allReduce = allReduce;
    trained.values().forEach(tensor -> tensor.setRequiresGradient(true));
    optimizer = new AdamW(optimization, trained, model.kernels(), model.newScope());
  }

  /** All that a checkpoint must hold, by name; restoring means writing into these arrays. */
  Map<String, NDArray> state() {
    return optimizer.state();
  }

  /**
   * Adds a micro-batch's gradients to those of the step.
   *
   * @param cached whether the batch brings image features rather than pixels
   * @param targetTokens of the step over all ranks
   * @return the batch's part of the step's loss
   * @throws ArithmeticException if the loss is not finite
   */
  double accumulate(
      MicroBatch batch,
      boolean cached,
      int targetTokens,
      int step,
      GradientCollector collector,
      PhaseClock clock) {
    try (NDManager scope = model.newScope()) {
      NDArray features = features(scope, batch, cached, true);
      if (savings.recomputeLayers()) {
        CheckpointedPass pass = model.checkpointedPass(scope, batch.tokens(), features);
        clock.endOf(Phase.FORWARD);
        double loss = head(scope, pass.hidden(), batch, targetTokens, step, collector);
        pass.backward();
        clock.endOf(Phase.BACKWARD);
        return loss;
      }
      NDArray hidden = model.hiddenStates(scope, batch.tokens(), features, true);
      clock.endOf(Phase.FORWARD);
      double loss = head(scope, hidden, batch, targetTokens, step, collector);
      clock.endOf(Phase.BACKWARD);
      return loss;
    }
  }

  /**
   * The sum of the target tokens' losses, without gradients.
   *
   * @param cached whether the batch brings image features rather than pixels
   */
  double lossSum(MicroBatch batch, boolean cached) {
    try (NDManager scope = model.newScope()) {
      NDArray features = features(scope, batch, cached, false);
      NDArray hidden = model.hiddenStates(scope, batch.tokens(), features, false);
      NDArray picked = model.pick(hidden, scope.create(batch.at()), false);
      NDArray targets = scope.create(batch.targets());
      double loss = 0;
      for (String part : parts(batch)) {
        loss += model.lossSum(picked.get(part), targets.get(part), false).getFloat();
      }
      return loss;
    }
  }

  private NDArray features(NDManager scope, MicroBatch batch, boolean cached, boolean train) {
    if (batch.images().length == 0) {
      return null;
    }
    return cached
        ? featureArray(scope, batch.images())
        : model.imageFeatures(pixelArray(model, scope, batch.images()), train);
  }

  /** Ranges of the target tokens whose logits are held at a time. */
  private List<String> parts(MicroBatch batch) {
    int count = batch.at().length;
    long words = model.config().text().vocabSize();
    int part = (int) Math.max(1, Math.min(count, savings.logits() / words));
    return IntStream.iterate(0, begin -> begin < count, begin -> begin + part)
        .mapToObj(begin -> begin + ":" + Math.min(count, begin + part))
        .toList();
  }

  /**
   * The loss and, from it, the gradients of all that the hidden states were computed from. Logits
   * are made for the predicting positions alone and a part of them at a time: over 262,144 words
   * they would be the largest array of the step.
   */
  private double head(
      NDManager scope,
      NDArray hidden,
      MicroBatch batch,
      int targetTokens,
      int step,
      GradientCollector collector) {
    NDArray picked = model.pick(hidden, scope.create(batch.at()), true);
    NDArray leaf = picked.stopGradient();
    leaf.setRequiresGradient(true);
    NDArray targets = scope.create(batch.targets());
    // Not the number itself: DJL would let go of its memory at once, while the graph still refers
    // to
    // it, and a garbage collection before the backward pass would make the gradient a wrong one.
    NDArray count = scope.create((float) targetTokens);
    double loss = 0;
    for (String rows : parts(batch)) {
      NDArray sum = model.lossSum(leaf.get(rows), targets.get(rows), true).div(count);
      double value = sum.getFloat();
      requireFinite(value, batch, step);
      collector.backward(sum);
      loss += value;
    }
    JniUtils.backward((PtNDArray) picked, (PtNDArray) leaf.getGradient(), false, false);
    return loss;
  }

  private void requireFinite(double loss, MicroBatch batch, int step) {
    if (!Double.isFinite(loss)) {
      throw new ArithmeticException(
          String.format(
              Locale.ROOT,
              "The loss is %s in step %d on rank %d; images of the micro-batch: %s",
              loss,
              step,
              allReduce.rank(),
              Lists.transform(batch.examples(), TrainingExample::imageId)));
    }
  }

  /**
   * Moves the tensors and clears their gradients.
   *
   * @param loss this rank's part of the step's loss
   * @throws ArithmeticException if the gradient is not finite; the tensors are as they were then
   */
  Outcome update(double loss, double learningRate, int step, PhaseClock clock) throws IOException {
    try (NDManager scope = model.newScope()) {
      Gradients gradients = reduce(loss, gradients(scope), scope);
      clock.endOf(Phase.ALL_REDUCE);
      double norm = norm(gradients.tensors(), scope);
      if (!Double.isFinite(norm)) {
        throw new ArithmeticException(
            String.format(
                Locale.ROOT,
                "The norm of the gradient is %s in step %d; a lower learning rate may help",
                norm,
                step));
      }
      double limit = optimization.maxGradientNorm();
      double scale = limit > 0 && norm > limit ? limit / (norm + CLIPPING_EPSILON) : 1;
      optimizer.step(gradients.tensors(), scope.create((float) scale), learningRate, step);
      clearGradients();
      clock.endOf(Phase.OPTIMIZER);
      return new Outcome(gradients.loss(), norm);
    }
  }

  private record Gradients(double loss, NDList tensors) {}

  private NDList gradients(NDManager scope) {
    NDList gradients = new NDList();
    for (NDArray tensor : trained.values()) {
      NDArray gradient = tensor.getGradient();
      gradient.attach(scope);
      gradients.add(gradient);
    }
    return gradients;
  }

  /**
   * Sums gradients over the ranks as one vector, and the loss apart from them, which is never
   * rounded to the gradients' type.
   */
  private Gradients reduce(double loss, NDList own, NDManager scope) throws IOException {
    if (allReduce.ranks() == 1) {
      return new Gradients(loss, own);
    }
    float[] losses = {(float) loss};
    allReduce.sum(losses, WireType.FLOAT32);
    NDList flat = new NDList();
    own.forEach(gradient -> flat.add(gradient.flatten()));
    float[] vector = NDArrays.concat(flat).toFloatArray();
    allReduce.sum(vector, wire);
    NDArray summed = scope.create(vector);
    NDList gradients = new NDList();
    long offset = 0;
    for (NDArray gradient : own) {
      long end = offset + gradient.size();
      gradients.add(summed.get(offset + ":" + end).reshape(gradient.getShape()));
      offset = end;
    }
    return new Gradients(losses[0], gradients);
  }

  /** Drops what a step that is to be tried again has left. */
  void giveUp() {
    clearGradients();
    DeviceMemory.release(model.device());
  }

  private void clearGradients() {
    for (NDArray tensor : trained.values()) {
      JniUtils.zeroGrad((PtNDArray) tensor);
    }
  }

  private double norm(NDList gradients, NDManager scope) {
    gradients.forEach(gradient -> gradient.setName("g[]"));
    NDList inputs = new NDList(scope.create(0f)).addAll(gradients);
    return model.kernels().call("global_norm", inputs).singletonOrThrow().getFloat();
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

  @Override
  public void close() {
    optimizer.close();
  }
}
