package io.geolocsft.stage.tune;

import io.geolocsft.cluster.LoggedSteps;
import io.geolocsft.stage.Progress;
import io.geolocsft.stage.StageContext;
import io.geolocsft.stage.Ticker;
import io.geolocsft.tracking.Tracking;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows on the driver how far training is, from the log that the ranks write. */
final class ShownTraining implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ShownTraining.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final StageContext context;
  private final LoggedSteps log;
  private final String title;
  private final Function<Row, String> says;
  private final Tracking tracking;
  private final Ticker ticker;
  private Progress progress;

  /**
   * Begins to look.
   *
   * @param title of the progress
   * @param says what it says of a step
   * @param tracking is told of the steps, too
   */
  ShownTraining(
      StageContext context,
      LoggedSteps log,
      String title,
      Function<Row, String> says,
      Tracking tracking) {
    this.context = context;
    this.log = log;
    this.title = title;
    this.says = says;
    this.tracking = tracking;
    ticker = new Ticker("shown-training", PAUSE, this::show);
  }

  private synchronized void show() {
    try {
      List<Row> news = log.news();
      tracking.steps(news);
      for (Row row : news) {
        if (progress == null) {
          progress = context.progress(title, row.<Integer>getAs(column("steps")), "steps");
          // Those of an earlier run, and the first ones of this: nobody saw how long they took.
          progress.found(news.stream().mapToLong(this::steps).max().orElseThrow());
        }
        progress.reached(steps(row));
        progress.says(says.apply(row));
      }
    } catch (IOException e) {
      LOG.debug("The training log cannot be read just now", e);
    }
  }

  private long steps(Row row) {
    return row.<Integer>getAs(column("step")) + 1L;
  }

  private int column(String name) {
    return log.table().struct().fieldIndex(name);
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
