package io.geolocsft.cli;

import io.geolocsft.stage.Progress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress for a terminal: a bar with rate and time left. */
final class BarProgress implements Progress {

  private final ProgressBar bar;
  private long highest;

  BarProgress(String label, long total, String unit) {
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(label)
            .setInitialMax(total)
            .setUnit(" " + unit, 1)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(500)
            .showSpeed()
            .build();
  }

  @Override
  public synchronized void reached(long now) {
    highest = Math.max(highest, now);
    bar.stepTo(highest);
  }

  @Override
  public void says(String text) {
    bar.setExtraMessage(" " + text);
  }

  @Override
  public void close() {
    bar.close();
  }
}
