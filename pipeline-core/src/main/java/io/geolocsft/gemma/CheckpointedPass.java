package io.geolocsft.gemma;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.geolocsft.gemma.DecoderPass.LayerResult;
import io.geolocsft.gemma.DecoderPass.State;
import java.util.ArrayList;
import java.util.List;

/**
 * A training pass that keeps each layer's input alone and runs a layer again when its gradients are
 * due (Chen et al. 2016, arXiv 1604.06174): memory for one layer's graph instead of all of them,
 * for about a third more work.
 */
public final class CheckpointedPass {

  private final GemmaModel model;
  private final NDManager scope;
  private final DecoderPass pass;
  private final State begun;
  private final List<State> inputs = new ArrayList<>();
  private final NDArray hidden;

  CheckpointedPass(GemmaModel model, NDManager scope, TokenBatch batch, NDArray features) {
    this.model = model;
    this.scope = scope;
    pass = new DecoderPass(model, scope, batch, true);
    begun = pass.begin(features);
    State state = leaf(begun, scope);
    JniUtils.setGradMode(false);
    try {
      for (int layer = 0; layer < model.config().text().numHiddenLayers(); layer++) {
        inputs.add(state);
        LayerResult result = pass.layer(layer, state);
        result.prefix().forEach(NDArray::close);
        result.rows().forEach(NDArray::close);
        state = result.state();
      }
    } finally {
      JniUtils.setGradMode(true);
    }
    hidden = state.rows();
    hidden.setRequiresGradient(true);
  }

  /**
   * Hidden states before the last norm, {@code [rows, length, hidden]}. What is computed from them
   * leaves its gradient with them.
   */
  public NDArray hidden() {
    return hidden;
  }

  /** Goes back through the layers from the gradient that {@link #hidden} has. */
  public void backward() {
    NDList gradients = new NDList(hidden.getGradient());
    for (int layer = inputs.size() - 1; layer >= 0; layer--) {
      try (NDManager inner = scope.newSubManager()) {
        State input = leaf(inputs.get(layer), inner);
        backward(pass.layer(layer, input).state(), gradients);
        gradients.forEach(NDArray::close);
        gradients = new NDList();
        for (NDArray array : input.arrays()) {
          NDArray gradient = array.getGradient();
          gradient.attach(scope);
          gradients.add(gradient);
        }
      }
    }
    if (model.isTrained()) {
      backward(begun, gradients);
    }
  }

  /** The gradient of a sum of products is that of all outputs at once. */
  private void backward(State outputs, NDList gradients) {
    NDList inputs = GemmaModel.named("y[]", outputs.arrays());
    inputs.addAll(GemmaModel.named("gradient[]", gradients));
    NDArray sum = model.invoke(true, "weigh", inputs).singletonOrThrow();
    try (sum;
        NDArray one = sum.onesLike()) {
      JniUtils.backward((PtNDArray) sum, (PtNDArray) one, false, false);
    }
    outputs.arrays().forEach(array -> array.setName(null));
  }

  /** The same values outside any graph, which take a gradient of their own. */
  private static State leaf(State state, NDManager manager) {
    NDArray prefix = state.prefix() == null ? null : leaf(state.prefix(), manager);
    return new State(prefix, leaf(state.rows(), manager));
  }

  private static NDArray leaf(NDArray array, NDManager manager) {
    NDArray leaf = array.stopGradient();
    leaf.attach(manager);
    leaf.setRequiresGradient(true);
    return leaf;
  }
}
