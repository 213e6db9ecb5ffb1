package io.geolocsft.stage;

import java.time.Duration;
import org.apache.spark.util.LongAccumulator;

/** Shows on the driver what executors count. */
public final class CountedRows implements AutoCloseable {

  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Progress progress;
  private final Ticker ticker;

  public CountedRows(LongAccumulator count, Progress progress, long total) {
    this(count, new LongAccumulator(), progress, total);
  }

  /**
   * @param found how many of those counted an earlier run has left
   */
  public CountedRows(LongAccumulator count, LongAccumulator found, Progress progress, long total) {
    this.progress = progress;
    ticker =
        new Ticker(
            "counted-rows",
            PAUSE,
            () -> {
              progress.found(found.value());
              progress.reached(Math.min(count.value(), total));
            });
  }

  @Override
  public void close() {
    ticker.close();
    progress.close();
  }
}
