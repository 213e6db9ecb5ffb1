package io.geolocsft.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stretch of work in PyTorch. When the JVM is told to stop (Ctrl-C, SIGTERM), it waits until such
 * work pauses: to tear PyTorch down under a running operation crashes the process.
 */
public final class NativeWork implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NativeWork.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  // Fair, so that work that pauses and goes on lets the shutdown in between.
  private static final ReentrantReadWriteLock GATE = new ReentrantReadWriteLock(true);

  private static boolean isStopped;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(NativeWork::stop, "native-work-stop"));
  }

  private NativeWork() {
    GATE.readLock().lock();
  }

  /** Begins work on this thread; while the JVM stops it does not return. */
  public static NativeWork begin() {
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

  /**
   * Lets no work begin or go on any more, for good.
   *
   * @param wait for what is at work to pause
   * @return whether all of it has paused; if not, it goes on
   */
  public static synchronized boolean stop(Duration wait) {
    try {
      isStopped = isStopped || GATE.writeLock().tryLock(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return isStopped;
  }

  private static void stop() {
    if (!stop(LONGEST_WAIT)) {
      LOG.warn("PyTorch is still at work after {}; the JVM stops anyway", LONGEST_WAIT);
    }
  }
}
