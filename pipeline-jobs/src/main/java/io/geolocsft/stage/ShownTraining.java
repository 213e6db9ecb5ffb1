package io.geolocsft.stage;

import io.geolocsft.cluster.TrainingLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
    ticker.close();
    show();
    synchronized (this) {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
