package io.geolocsft.stage;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/** Counts what tasks do while it is open. */
public final class TaskCounts extends SparkListener implements AutoCloseable {

  private static final long PATIENCE_MILLIS = 60_000;

  private final SparkSession spark;
  private final AtomicLong tasks = new AtomicLong();
  private final AtomicLong bytesToDriver = new AtomicLong();

  public TaskCounts(SparkSession spark) {
    this.spark = spark;
    spark.sparkContext().addSparkListener(this);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd task) {
    tasks.incrementAndGet();
    if (task.taskMetrics() != null) {
      bytesToDriver.addAndGet(task.taskMetrics().resultSize());
    }
  }

  /** How many there were so far. */
  long tasks() throws TimeoutException {
    settle();
    return tasks.get();
  }

  /** How much they sent to the driver. */
  public long bytesToDriver() throws TimeoutException {
    settle();
    return bytesToDriver.get();
  }

  /** Events arrive later than results. */
  private void settle() throws TimeoutException {
    spark.sparkContext().listenerBus().waitUntilEmpty(PATIENCE_MILLIS);
  }

  @Override
  public void close() {
    spark.sparkContext().removeSparkListener(this);
  }
}
