package io.geolocsft.cli.console;

import io.geolocsft.stage.Ticker;
import java.time.Duration;

/** Progress for logs: a plain line now and then, none for what is over at once. */
final class LineProgress extends TimedProgress {

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final String label;
  private final Ticker ticker;

  LineProgress(String label, long total, String unit, Console console) {
    super(new Headway(total, unit));
    this.label = label;
    this.ticker = new Ticker("progress", PAUSE, () -> console.note(line(elapsed())));
  }

  void reached(long units, Duration at) {
    headway().reached(units, at);
  }

  @Override
  public void close() {
    ticker.close();
  }

  /** As {@code decoding: 1,200 of 4,800 images, 240.0/s, 15 s left}. */
  String line(Duration now) {
    return "  %s: %s".formatted(label, headway().text(now));
  }
}
