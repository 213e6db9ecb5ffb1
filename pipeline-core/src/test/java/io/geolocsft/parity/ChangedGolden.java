package io.geolocsft.parity;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.geolocsft.gemma.GoldenCase;
import io.geolocsft.tensor.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A committed golden file in which something was changed. */
public final class ChangedGolden {

  /** What is done to a file's tensors. */
  interface Change {
    void apply(Map<String, NDArray> tensors);
  }

  private ChangedGolden() {}

  static Path write(GoldenCase golden, Path to, Change change) throws IOException {
    try (NDManager scope = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        Safetensors file = Safetensors.open(golden.path())) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      for (String name : file.entries().keySet()) {
        tensors.put(name, file.read(name, scope));
      }
      change.apply(tensors);
      Safetensors.write(to, tensors, file.metadata());
    }
    return to;
  }
}
