package io.geolocsft.cluster;

import ai.djl.Device;
import io.geolocsft.failure.ConfigException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * Where a rank runs: alone in its JVM, since a device's memory and PyTorch's settings belong to a
 * process.
 *
 * @param device to compute on; null if there is a problem
 * @param problem why the rank cannot run here; empty if it can
 */
record Placement(Device device, String problem) implements AutoCloseable {

  private static final Semaphore JVM = new Semaphore(1);

  /** How long a rank waits for the same rank of the attempt before it to notice its end. */
  private static final long LAST_ATTEMPT_SECONDS = 120;

  static Placement of(String setting, TaskContext task) throws InterruptedException {
    long patience = task.stageAttemptNumber() > 0 ? LAST_ATTEMPT_SECONDS : 0;
    if (!JVM.tryAcquire(patience, TimeUnit.SECONDS)) {
      return new Placement(
          null,
          "Two ranks were placed in one executor. Give every rank an executor of its own: set"
              + " spark.executor.cores, and spark.executor.resource.gpu.amount to 1 where there are"
              + " GPUs.");
    }
    try {
      Device device = ExecutorDevice.of(setting, task);
      ExecutorDevice.useThreads(
          isLocal() ? Runtime.getRuntime().availableProcessors() : task.cpus());
      return new Placement(device, "");
    } catch (ConfigException e) {
      JVM.release();
      return new Placement(null, e.getMessage());
    } catch (Throwable e) {
      // The next attempt would wait for it in vain.
      JVM.release();
      throw e;
    }
  }

  private static boolean isLocal() {
    return RankProfile.isLocal(SparkEnv.get().conf());
  }

  static String host() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }

  @Override
  public void close() {
    if (problem.isEmpty()) {
      JVM.release();
    }
  }
}
