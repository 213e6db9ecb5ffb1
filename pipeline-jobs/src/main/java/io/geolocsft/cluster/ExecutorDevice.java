package io.geolocsft.cluster;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import com.google.common.primitives.Ints;
import io.geolocsft.failure.ConfigException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.TaskContext;

/** The device that a task computes on. */
public final class ExecutorDevice {

  private ExecutorDevice() {}

  /**
   * The GPU that Spark gave to a task, or the CPU. Outside of a task the first GPU is taken.
   *
   * @param setting {@code auto}, {@code cpu} or {@code cuda}
   * @throws ConfigException if a GPU is asked for and there is none
   */
  public static Device of(String setting, Optional<TaskContext> task) {
    return task.isPresent() ? of(setting, task.get()) : here(setting);
  }

  private static Device here(String setting) {
    boolean hasGpu = !setting.equals("cpu") && Engine.getEngine("PyTorch").getGpuCount() > 0;
    if (setting.equals("cuda") && !hasGpu) {
      throw new ConfigException(
          "model.device is cuda, but PyTorch sees no GPU. Put a CUDA build of pytorch-native on the class path (GEOLOCSFT_NATIVES), or set model.device: cpu.");
    }
    return hasGpu ? Device.gpu(0) : Device.cpu();
  }

  /**
   * The GPU that Spark gave to this task, or the CPU.
   *
   * @param setting {@code auto}, {@code cpu} or {@code cuda}
   * @throws ConfigException if a GPU is asked for and Spark gave none
   */
  static Device of(String setting, TaskContext task) {
    List<String> gpus = gpus(task);
    if (setting.equals("cpu") || (setting.equals("auto") && gpus.isEmpty())) {
      return Device.cpu();
    }
    if (gpus.isEmpty()) {
      throw new ConfigException(
          "model.device is cuda, but Spark gave this task no GPU. Set spark.task.resource.gpu.amount and spark.executor.resource.gpu.amount, with a discovery script, or model.device: cpu.");
    }
    Integer index = Ints.tryParse(gpus.get(0));
    if (index == null) {
      throw new ConfigException(
          "Spark's discovery script calls a GPU '%s', which is not its index: let it print 0, 1, ... as 'nvidia-smi --query-gpu=index' does"
              .formatted(gpus.get(0)));
    }
    if (Engine.getEngine("PyTorch").getGpuCount() <= index) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "Spark gave this task GPU %d, but PyTorch sees %d. Put a CUDA build of pytorch-native on the class path.",
              index,
              Engine.getEngine("PyTorch").getGpuCount()));
    }
    return Device.gpu(index);
  }

  /** Addresses of the GPUs that Spark gave to a task. */
  static List<String> gpus(TaskContext task) {
    return task.resources().contains("gpu")
        ? List.of(task.resources().apply("gpu").addresses())
        : List.of();
  }

  /** Sets how many threads PyTorch uses for one operation; the setting holds for the whole JVM. */
  public static void useThreads(int threads) {
    // The engine loads the native library that the next line calls into.
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(Math.max(1, threads));
  }
}
