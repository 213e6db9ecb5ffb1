package io.geolocsft.stage;

import io.geolocsft.cluster.TrainingLog;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows on the driver how far training is, from the log that the ranks write. */
final class ShownTraining implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ShownTraining.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final StageContext context;
  private final TrainingLog log;
  private final Ticker ticker;
  private Progress progress;

  ShownTraining(StageContext context, TrainingLog log) {
    this.context = context;
    this.log = log;
    ticker = new Ticker("shown-training", PAUSE, this::show);
  }

  private synchronized void show() {
    try {
      for (TrainingLog.Line line : log.follow()) {
        if (progress == null) {
          progress = context.progress("Fine-tuning", line.steps(), "steps");
        }
        progress.reached(line.step() + 1L);
      }
    } catch (IOException e) {
      LOG.debug("The training log cannot be read just now", e);
    }
  }

  @Override
  public void close() {
    ticker.close();
    show();
    synchronized (this) {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
