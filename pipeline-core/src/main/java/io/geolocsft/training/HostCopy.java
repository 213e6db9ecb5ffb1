package io.geolocsft.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values of tensors under training, in the host's memory. */
final class HostCopy implements AutoCloseable {

  private static final NDIndex EVERYTHING = new NDIndex(":");

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final Map<String, NDArray> values = new LinkedHashMap<>();

  /** Adds the tensors' values as they are now. */
  HostCopy add(String prefix, Map<String, NDArray> tensors) {
    tensors.forEach(
        (name, tensor) -> {
          // Outside the tensor's graph.
          try (NDArray outside = tensor.stopGradient()) {
            NDArray value =
                tensor.getDevice().isGpu()
                    ? outside.toDevice(Device.cpu(), true)
                    : outside.duplicate();
            value.attach(manager);
            values.put(prefix + name, value);
          }
        });
    return this;
  }

  Map<String, NDArray> values() {
    return values;
  }

  /** Writes a value into a tensor's memory, which others share; NDArray.copyTo would swap it. */
  static void write(NDArray value, NDArray tensor) {
    try (NDArray alias = tensor.stopGradient()) {
      if (value.getDevice().equals(tensor.getDevice())) {
        alias.set(EVERYTHING, value);
        return;
      }
      try (NDArray moved = value.toDevice(tensor.getDevice(), true)) {
        alias.set(EVERYTHING, moved);
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
