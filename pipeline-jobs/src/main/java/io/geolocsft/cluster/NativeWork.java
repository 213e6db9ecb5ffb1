package io.geolocsft.cluster;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stretch of work in PyTorch. When the JVM is told to stop (Ctrl-C, SIGTERM), it waits until such
 * work pauses: to tear PyTorch down under a running operation crashes the process.
 */
final class NativeWork implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NativeWork.class);
  private static final long LONGEST_WAIT_SECONDS = 60;

  // Fair, so that work that pauses and goes on lets the shutdown in between.
  private static final ReentrantReadWriteLock GATE = new ReentrantReadWriteLock(true);

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(NativeWork::stop, "native-work-stop"));
  }

  private NativeWork() {
    GATE.readLock().lock();
  }

  /** Begins work on this thread; while the JVM stops it does not return. */
  static NativeWork begin() {
    return new NativeWork();
  }

  /** Between two operations: lets the JVM stop here if it is told to. */
  void pause() {
    GATE.readLock().unlock();
    GATE.readLock().lock();
  }

  @Override
  public void close() {
    GATE.readLock().unlock();
  }

  private static void stop() {
    try {
      // Never released: nothing may begin after it.
      if (!GATE.writeLock().tryLock(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("PyTorch is still at work after {} s; the JVM stops anyway", LONGEST_WAIT_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
