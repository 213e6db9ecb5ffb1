package io.geolocsft.tensor;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How much memory a device has, and whether it did not suffice. */
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

  /**
   * Bytes that can still be taken: on a GPU what no process has, on the host what Linux calls
   * available; without bound where nobody says.
   */
  public static long free(Device device) {
    if (device.isGpu()) {
      MemoryUsage gpu = CudaUtils.getGpuMemory(device);
      return gpu.getMax() - gpu.getUsed();
    }
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(Long.MAX_VALUE);
    } catch (IOException | UncheckedIOException e) {
      return Long.MAX_VALUE;
    }
  }
}
