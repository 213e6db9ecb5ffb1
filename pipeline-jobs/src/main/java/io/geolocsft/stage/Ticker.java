package io.geolocsft.stage;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does one thing again and again, in a thread that keeps no process alive. */
public final class Ticker implements AutoCloseable {

  private final ScheduledExecutorService clock;

  /**
   * Begins; the first time comes after one pause.
   *
   * @param thread its name
   * @param pause between the end of one time and the start of the next
   * @param task what to do; one that throws ends it
   */
  @SuppressWarnings("FutureReturnValueIgnored")
  public Ticker(String thread, Duration pause, Runnable task) {
    clock =
        Executors.newSingleThreadScheduledExecutor(
            new ThreadFactoryBuilder().setNameFormat(thread).setDaemon(true).build());
    clock.scheduleWithFixedDelay(task, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends it without waiting; a time that has begun is interrupted. */
  @Override
  public void close() {
    clock.shutdownNow();
  }
}
