package io.geolocsft.stage;

import io.geolocsft.cluster.TrainingLog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows on the driver how far training is, from the log that the ranks write. */
final class ShownTraining implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ShownTraining.class);
  private static final long SECONDS = 1;

  private final StageContext context;
  private final TrainingLog log;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "shown-training");
            thread.setDaemon(true);
            return thread;
          });
  private Progress progress;

  @SuppressWarnings("FutureReturnValueIgnored")
  ShownTraining(StageContext context, TrainingLog log) {
    this.context = context;
    this.log = log;
    clock.scheduleWithFixedDelay(this::show, SECONDS, SECONDS, TimeUnit.SECONDS);
  }

  private synchronized void show() {
    try {
      List<TrainingLog.Line> lines = log.read();
      if (lines.isEmpty()) {
        return;
      }
      TrainingLog.Line last = lines.get(lines.size() - 1);
      if (progress == null) {
        progress = context.progress("Fine-tuning", last.steps(), "steps");
      }
      progress.reached(last.step() + 1L);
    } catch (IOException e) {
      LOG.debug("The training log cannot be read just now", e);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    show();
    synchronized (this) {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
