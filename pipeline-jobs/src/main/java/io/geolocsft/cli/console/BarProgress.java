package io.geolocsft.cli.console;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** Progress for a terminal: a bar with rate and time left. */
final class BarProgress extends TimedProgress {

  private static final int UPDATE_MILLIS = 500;
  private static final int WIDEST_BAR = 40;
  private static final int NARROWEST_BAR = 8;

  private final ProgressBar bar;

  BarProgress(String label, long total, String unit) {
    super(new Headway(total, unit));
    bar =
        new ProgressBarBuilder()
            .setTaskName(label)
            .setInitialMax(total)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            // Its own writes numbers as the default locale does.
            .setRenderer((state, width) -> line(label, headway(), elapsed(), width))
            .build();
  }

  @Override
  public void close() {
    bar.close();
  }

  /** As {@code decoding 25% [===> ] 1,200 of 4,800 images, 240.0/s, 15 s left}. */
  static String line(String label, Headway headway, Duration now, int width) {
    String before =
        String.format(Locale.ROOT, "%s %3.0f%% ", label, Math.floor(headway.share() * 100));
    String after = headway.text(now);
    int room = Math.min(WIDEST_BAR, width - before.length() - after.length() - "[] ".length());
    String bar = room < NARROWEST_BAR ? "" : bar(headway.share(), room);
    String line = before + bar + after;
    return line.substring(0, Math.min(line.length(), Math.max(0, width)));
  }

  private static String bar(double share, int room) {
    int filled = (int) (share * room);
    String tip = filled < room ? ">" : "";
    return "[" + "=".repeat(filled) + tip + " ".repeat(room - filled - tip.length()) + "] ";
  }
}
