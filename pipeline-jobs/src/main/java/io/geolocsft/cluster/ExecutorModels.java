package io.geolocsft.cluster;

import ai.djl.Device;
import io.geolocsft.cluster.ModelSpec.Loaded;
import org.apache.hadoop.conf.Configuration;

/**
 * The model of this JVM: loaded once for all tasks on a device and kept until another is wanted
 * there.
 */
public final class ExecutorModels {

  private record Slot(ModelSpec spec, Device device, Loaded loaded) {}

  private static Slot current;
  private static int users;
  private static boolean training;

  private ExecutorModels() {}

  /** A task's use of the model. */
  public interface Loan extends AutoCloseable {
    Loaded model();

    @Override
    void close();
  }

  /**
   * The model, loaded if it is not there. A task that wants another model than running tasks waits
   * for them, and for training, so that two never share a device's memory.
   */
  public static Loan acquire(ModelSpec spec, Device device, Configuration hadoop) throws Exception {
    synchronized (ExecutorModels.class) {
      while (training || (users > 0 && !fits(spec, device))) {
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
    letGo();
    try (NativeWork work = NativeWork.begin()) {
      current = new Slot(spec, device, spec.load(device, hadoop));
    }
  }

  private static void letGo() throws Exception {
    if (current != null) {
      Slot old = current;
      current = null;
      old.loaded().close();
    }
  }

  /**
   * Lets go of the model once no task uses it, and keeps others from loading one until what is
   * returned is closed: for training, which loads a model of its own.
   */
  static Alone alone() throws Exception {
    synchronized (ExecutorModels.class) {
      while (training || users > 0) {
        ExecutorModels.class.wait();
      }
      letGo();
      training = true;
      return new Alone();
    }
  }

  /** How many uses of the model are open. */
  static int users() {
    synchronized (ExecutorModels.class) {
      return users;
    }
  }

  /** This JVM without any model but its holder's. */
  static final class Alone implements AutoCloseable {

    private Alone() {}

    @Override
    public void close() {
      synchronized (ExecutorModels.class) {
        training = false;
        ExecutorModels.class.notifyAll();
      }
    }
  }

  private static final class Counted implements Loan {

    private final Loaded model;
    private boolean closed;

    Counted(Loaded model) {
      this.model = model;
    }

    @Override
    public Loaded model() {
      return model;
    }

    @Override
    public void close() {
      synchronized (ExecutorModels.class) {
        if (!closed) {
          closed = true;
          users--;
          ExecutorModels.class.notifyAll();
        }
      }
    }
  }
}
