package io.geolocsft.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.geolocsft.gemma.Kernels;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * AdamW over named float32 tensors, with the formula of {@code torch.optim.AdamW}: the decay is
 * applied to the weights, not the gradients.
 */
final class AdamW implements AutoCloseable {

  private final Optimization optimization;
  private final Kernels kernels;
  private final NDManager manager;
  private final NDList parameters = new NDList();
  private final NDList first = new NDList();
  private final NDList second = new NDList();
  private final Map<String, NDArray> state = new LinkedHashMap<>();

  AdamW(
      Optimization optimization, Map<String, NDArray> tensors, Kernels kernels, NDManager manager) {
    this.optimization = optimization;
    this.kernels = kernels;
    this.manager = manager;
    tensors.forEach(
        (name, tensor) -> {
          // Shares the tensor's memory, outside its graph and under a name of its own.
          NDArray alias = tensor.stopGradient();
          alias.attach(manager);
          alias.setName("p[]");
          parameters.add(alias);
          state.put("parameter." + name, alias);
          state.put("first_moment." + name, moment(tensor, first, "m[]"));
          state.put("second_moment." + name, moment(tensor, second, "v[]"));
        });
  }

  private NDArray moment(NDArray tensor, NDList list, String name) {
    NDArray zeros = manager.zeros(tensor.getShape());
    zeros.setName(name);
    list.add(zeros);
    return zeros;
  }

  /**
   * Parameters and running moments by name, for a checkpoint. They share the optimizer's memory: to
   * restore one is to write into it.
   */
  Map<String, NDArray> state() {
    return state;
  }

  /**
   * Moves the tensors.
   *
   * @param gradients in the tensors' order
   * @param scale multiplies every gradient, for clipping
   * @param step from 0
   */
  void step(NDList gradients, NDArray scale, double learningRate, int step) {
    try (NDManager scope = manager.newSubManager(Device.cpu())) {
      NDArray hyper =
          scope.create(
              new double[] {
                learningRate,
                optimization.beta1(),
                optimization.beta2(),
                optimization.epsilon(),
                optimization.weightDecay(),
                step + 1
              });
      NDList inputs = new NDList(scale, hyper);
      gradients.forEach(gradient -> gradient.setName("g[]"));
      inputs.addAll(parameters).addAll(gradients).addAll(first).addAll(second);
      kernels.call("adamw", inputs).close();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
