package io.geolocsft.cli.console;

import io.geolocsft.stage.Ticker;
import java.time.Duration;
import java.util.Optional;

/** Progress for logs: a plain line now and then, none for what is over at once. */
final class LineProgress extends TimedProgress {

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final String label;
  private final Ticker ticker;
  private boolean told;

  LineProgress(String label, long total, String unit, Console console) {
    super(new Headway(total, unit));
    this.label = label;
    this.ticker = new Ticker("progress", PAUSE, () -> news(elapsed()).ifPresent(console::note));
  }

  void reached(long units, Duration at) {
    headway().reached(units, at);
  }

  /** The line of now; none when all was reached at the last one. */
  Optional<String> news(Duration now) {
    if (told) {
      return Optional.empty();
    }
    told = headway().share() == 1;
    return Optional.of(line(now));
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
