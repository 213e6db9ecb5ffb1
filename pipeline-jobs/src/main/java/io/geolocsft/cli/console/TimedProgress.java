package io.geolocsft.cli.console;

import io.geolocsft.stage.Progress;
import java.time.Duration;

/** Progress that knows since when, whatever shows it. */
abstract class TimedProgress implements Progress {

  private final Headway headway;
  private final long start = System.nanoTime();

  TimedProgress(Headway headway) {
    this.headway = headway;
  }

  final Headway headway() {
    return headway;
  }

  final Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  public final void found(long units) {
    headway.found(units);
  }

  @Override
  public final void reached(long units) {
    headway.reached(units, elapsed());
  }

  @Override
  public final void says(String text) {
    headway.says(text);
  }
}
