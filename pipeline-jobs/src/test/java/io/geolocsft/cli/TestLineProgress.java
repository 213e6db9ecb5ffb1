package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TestLineProgress {

  private final StringWriter text = new StringWriter();
  private final Console console = new Console(new PrintWriter(text), new PrintWriter(text), false);

  @Test
  void saysRateAndTimeLeft() {
    try (LineProgress progress = new LineProgress("decoding", 4800, "images", console)) {
      progress.reached(1200);
      progress.reached(1000);
      assertThat(progress.line(Duration.ofSeconds(5)))
          .isEqualTo("  decoding: 1,200 of 4,800 images, 240.0/s, 15 s left");
    }
  }

  @Test
  void withoutATotalThereIsNoTimeLeft() {
    try (LineProgress progress = new LineProgress("reading", -1, "rows", console)) {
      assertThat(progress.line(Duration.ofSeconds(1))).isEqualTo("  reading: 0 rows, 0.0/s");
    }
  }

  @Test
  void whatIsOverAtOnceIsNotMentioned() {
    new LineProgress("decoding", 1, "images", console).close();
    assertThat(text.toString()).isEmpty();
  }
}
