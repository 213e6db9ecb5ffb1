package io.geolocsft.cli;

import io.geolocsft.stage.Progress;
import io.geolocsft.stage.Ticker;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Progress for logs: a plain line now and then, none for what is over at once. */
final class LineProgress implements Progress {

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final String label;
  private final long total;
  private final String unit;
  private final long start = System.nanoTime();
  private final AtomicLong done = new AtomicLong();
  private final Ticker ticker;
  private volatile String said = "";

  LineProgress(String label, long total, String unit, Console console) {
    this.label = label;
    this.total = total;
    this.unit = unit;
    this.ticker =
        new Ticker(
            "progress",
            PAUSE,
            () -> console.note(line(Duration.ofNanos(System.nanoTime() - start))));
  }

  @Override
  public void reached(long now) {
    done.accumulateAndGet(now, Math::max);
  }

  @Override
  public void says(String text) {
    said = ", " + text;
  }

  @Override
  public void close() {
    ticker.close();
  }

  /** As {@code decoding: 1,200 of 4,800 images, 240.0/s, 15 s left}. */
  String line(Duration elapsed) {
    double rate = done.get() / (elapsed.toMillis() / 1000.0);
    String amount = format("%,d", done.get()) + (total < 0 ? "" : format(" of %,d", total));
    return "  %s: %s %s, %s/s%s%s"
        .formatted(label, amount, unit, format("%.1f", rate), left(rate), said);
  }

  private String left(double rate) {
    if (total < 0 || rate == 0) {
      return "";
    }
    return format(", %.0f s left", Math.max(0, total - done.get()) / rate);
  }

  private static String format(String pattern, Object value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
