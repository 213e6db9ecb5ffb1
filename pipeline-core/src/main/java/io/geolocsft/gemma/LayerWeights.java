package io.geolocsft.gemma;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.geolocsft.gemma.config.GemmaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The decoder layers' weights as the kernels take them: projections that share an input are one
 * matrix, so that one product does for three.
 */
final class LayerWeights implements AutoCloseable {

  // Which of a layer's 13 tensors lie joined in which of the 9 prepared ones.
  private static final int[] QUERY_KEY_VALUE = {0, 1, 2};
  private static final int[] GATE_UP = {4, 5};
  private static final int JOINED_GATE_UP = 2;

  private final NDManager manager;
  private final List<NDList> raw;
  private final List<NDList> prepared;

  private LayerWeights(NDManager manager, List<NDList> raw, List<NDList> prepared) {
    this.manager = manager;
    this.raw = raw;
    this.prepared = prepared;
  }

  /**
   * Joins frozen weights for good. The weights' own tensors become views of the joined ones, so
   * that nothing is held twice.
   */
  static LayerWeights joined(GemmaConfig config, GemmaWeights weights, Kernels kernels) {
    TensorNames names = new TensorNames(config);
    NDManager manager = weights.newScope();
    List<NDList> prepared = new ArrayList<>();
    for (int layer = 0; layer < config.text().numHiddenLayers(); layer++) {
      List<String> layerNames = names.decoderLayer(layer);
      NDList joined = prepare(weights.list(layerNames), kernels, manager);
      replace(weights, layerNames, QUERY_KEY_VALUE, joined.get(0));
      replace(weights, layerNames, GATE_UP, joined.get(JOINED_GATE_UP));
      prepared.add(joined);
    }
    return new LayerWeights(manager, List.of(), prepared);
  }

  /** Weights under training: joined anew each time, with a graph that leads to each of them. */
  static LayerWeights trained(GemmaConfig config, GemmaWeights weights) {
    TensorNames names = new TensorNames(config);
    List<NDList> raw =
        IntStream.range(0, config.text().numHiddenLayers())
            .mapToObj(layer -> weights.list(names.decoderLayer(layer)))
            .toList();
    return new LayerWeights(weights.newScope(), raw, List.of());
  }

  private static NDList prepare(NDList layer, Kernels kernels, NDManager manager) {
    // Not in inference mode, whose results no graph may lead through.
    NDList prepared = kernels.callForTraining("prepare", layer);
    prepared.attach(manager);
    return GemmaModel.named("w[]", prepared);
  }

  private static void replace(
      GemmaWeights weights, List<String> names, int[] members, NDArray joined) {
    NDArray rows = joined.transpose();
    long begin = 0;
    for (int member : members) {
      long end = begin + weights.get(names.get(member)).getShape().get(0);
      weights.replace(names.get(member), rows.get(begin + ":" + end));
      begin = end;
    }
    rows.close();
  }

  /**
   * A layer's nine tensors.
   *
   * @param scope where they live if they are made for this call
   */
  NDList of(int layer, Kernels kernels, NDManager scope) {
    return prepared.isEmpty() ? prepare(raw.get(layer), kernels, scope) : prepared.get(layer);
  }

  /** Those of all layers, one layer after the other. */
  NDList all(Kernels kernels, NDManager scope) {
    NDList all = new NDList();
    for (int layer = 0; layer < Math.max(raw.size(), prepared.size()); layer++) {
      all.addAll(of(layer, kernels, scope));
    }
    return all;
  }

  @Override
  public void close() {
    manager.close();
  }
}
