package io.geolocsft.stage;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.LongAccumulator;

/** Shows on the driver what executors count. */
final class CountedRows implements AutoCloseable {

  private static final long MILLISECONDS = 250;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "counted-rows");
            thread.setDaemon(true);
            return thread;
          });
  private final Progress progress;

  @SuppressWarnings("FutureReturnValueIgnored")
  CountedRows(LongAccumulator count, Progress progress, long total) {
    this.progress = progress;
    clock.scheduleWithFixedDelay(
        () -> progress.reached(Math.min(count.value(), total)),
        MILLISECONDS,
        MILLISECONDS,
        TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    progress.close();
  }
}
