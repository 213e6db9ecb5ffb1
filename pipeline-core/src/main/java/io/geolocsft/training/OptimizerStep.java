package io.geolocsft.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.tensor.DeviceMemory;
import io.geolocsft.training.PhaseClock.Phase;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/**
 * What an optimizer step does to the tensors under training, once their gradients are there: the
 * sum over the ranks, clipping and AdamW.
 */
public final class OptimizerStep implements AutoCloseable {

  /** Mean loss of the step over all ranks, and its gradient's norm before clipping. */
  public record StepOutcome(double loss, double gradientNorm) {}

  // As torch.nn.utils.clip_grad_norm_ has it.
  private static final double CLIPPING_EPSILON = 1e-6;

  private final Optimization optimization;
  private final WireType wire;
  private final GemmaModel model;
  private final Map<String, NDArray> trained;
  private final AllReduce allReduce;
  private final AdamW optimizer;

  /**
   * Begins.
   *
   * @param wire what gradients travel as between ranks
   * @param trained tensors of the model, which collect gradients from here on
   */
  public OptimizerStep(
      Optimization optimization,
      WireType wire,
      GemmaModel model,
      Map<String, NDArray> trained,
      AllReduce allReduce) {
    this.optimization = optimization;
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
   * Moves the tensors and clears their gradients.
   *
   * @param loss this rank's part of the step's loss
   * @throws ArithmeticException if the gradient is not finite; the tensors are as they were then
   */
  public StepOutcome update(double loss, double learningRate, int step, PhaseClock clock)
      throws IOException {
    try (NDManager scope = model.newScope()) {
      Gradients gradients = reduce(loss, gradients(scope), scope);
      clock.endOf(Phase.ALL_REDUCE);
      double norm = norm(gradients.tensors(), scope);
      if (!Double.isFinite(norm)) {
        throw new ArithmeticException(
            String.format(
                Locale.ROOT, "The norm of the gradient is %s in optimizer step %d", norm, step));
      }
      double limit = optimization.maxGradientNorm();
      double scale = limit > 0 && norm > limit ? limit / (norm + CLIPPING_EPSILON) : 1;
      optimizer.step(gradients.tensors(), scope.create((float) scale), learningRate, step);
      clearGradients();
      clock.endOf(Phase.OPTIMIZER);
      return new StepOutcome(gradients.loss(), norm);
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
  public void giveUp() {
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

  @Override
  public void close() {
    optimizer.close();
  }
}
