package io.geolocsft.cluster;

import ai.djl.Device;
import io.geolocsft.cluster.ModelSpec.Loaded;
import org.apache.hadoop.conf.Configuration;

/**
 * The model of this JVM: loaded once for all tasks on a device and kept until another is wanted
 * there.
 */
final class ExecutorModels {

  private record Slot(ModelSpec spec, Device device, Loaded loaded) {}

  private static Slot current;
  private static int users;

  private ExecutorModels() {}

  /** A task's use of the model. */
  interface Lease extends AutoCloseable {
    Loaded model();

    @Override
    void close();
  }

  /**
   * The model, loaded if it is not there. A task that wants another model than running tasks waits
   * for them, so that two never share a device's memory.
   */
  static Lease acquire(ModelSpec spec, Device device, Configuration hadoop) throws Exception {
    synchronized (ExecutorModels.class) {
      while (users > 0 && !fits(spec, device)) {
        ExecutorModels.class.wait();
      }
      if (!fits(spec, device)) {
        replace(spec, device, hadoop);
      }
      users++;
      return new Counted(current.loaded());
    }
  }

  private static boolean fits(ModelSpec spec, Device device) {
    return current != null && current.spec().equals(spec) && current.device().equals(device);
  }

  private static void replace(ModelSpec spec, Device device, Configuration hadoop)
      throws Exception {
    if (current != null) {
      Slot old = current;
      current = null;
      old.loaded().close();
    }
    try (NativeWork work = NativeWork.begin()) {
      current = new Slot(spec, device, spec.load(device, hadoop));
    }
  }

  private record Counted(Loaded model) implements Lease {
    @Override
    public void close() {
      synchronized (ExecutorModels.class) {
        users--;
        ExecutorModels.class.notifyAll();
      }
    }
  }
}
