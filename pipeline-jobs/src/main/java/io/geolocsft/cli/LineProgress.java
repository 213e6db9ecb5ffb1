package io.geolocsft.cli;

import io.geolocsft.stage.Progress;
import io.geolocsft.stage.Ticker;
import java.time.Duration;

/** Progress for logs: a plain line now and then, none for what is over at once. */
final class LineProgress implements Progress {

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final String label;
  private final Headway headway;
  private final Ticker ticker;
  private final long start = System.nanoTime();

  LineProgress(String label, long total, String unit, Console console) {
    this.label = label;
    this.headway = new Headway(total, unit);
    this.ticker = new Ticker("progress", PAUSE, () -> console.note(line(elapsed())));
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  public void found(long units) {
    headway.found(units);
  }

  @Override
  public void reached(long units) {
    reached(units, elapsed());
  }

  void reached(long units, Duration at) {
    headway.reached(units, at);
  }

  @Override
  public void says(String text) {
    headway.says(text);
  }

  @Override
  public void close() {
    ticker.close();
  }

  /** As {@code decoding: 1,200 of 4,800 images, 240.0/s, 15 s left}. */
  String line(Duration now) {
    return "  %s: %s".formatted(label, headway.text(now));
  }
}
