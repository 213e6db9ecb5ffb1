package io.geolocsft.gemma;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of every layer in a fixed number of slots, {@code [rows, kv_heads, slots,
 * head_dim]} each.
 */
public final class KeyValueCache implements AutoCloseable {

  private final NDManager manager;
  private final List<NDList> layers = new ArrayList<>();

  /** An empty cache; it lives until it is closed or the parent manager is. */
  KeyValueCache(NDManager parent, TextConfig config, DataType type, int rows, int slots) {
    manager = parent.newSubManager();
    Shape shape = new Shape(rows, config.numKeyValueHeads(), slots, config.headDim());
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      NDList pair =
          new NDList(Bfloat16.zeros(manager, shape, type), Bfloat16.zeros(manager, shape, type));
      pair.forEach(array -> array.setName("cache[]"));
      layers.add(pair);
    }
  }

  NDList layer(int index) {
    return layers.get(index);
  }

  /**
   * Fills the first slots of a layer from a prompt's keys or values, each prompt row repeated for
   * its candidates.
   *
   * @param prompt keys and values {@code [prompts, kv_heads, length, head_dim]}
   */
  void fill(int layer, NDList prompt, int repeats) {
    for (int i = 0; i < 2; i++) {
      NDArray source = prompt.get(i);
      try (NDArray repeated = source.repeat(0, repeats)) {
        NDIndex slots = new NDIndex(":, :, 0:{}", source.getShape().get(2));
        layers.get(layer).get(i).set(slots, repeated);
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
