package io.geolocsft.tensor;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;

/** Tells when a device's memory did not suffice. */
public final class DeviceMemory {

  /** What PyTorch, cuBLAS and cuDNN say then, and of the host's memory PyTorch and oneDNN. */
  private static final List<String> WORDS =
      List.of(
          "out of memory", "ALLOC_FAILED", "can't allocate memory", "could not create a primitive");

  private DeviceMemory() {}

  public static boolean isLacking(EngineException e) {
    String message = String.valueOf(e.getMessage());
    return WORDS.stream().anyMatch(message::contains);
  }

  /** Gives back what PyTorch holds in reserve, so that it can be taken in pieces of other sizes. */
  public static void release(Device device) {
    if (device.isGpu()) {
      JniUtils.emptyCudaCache();
    }
  }
}
