package io.geolocsft.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.InLocale;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TestLineProgress {

  private final StringWriter text = new StringWriter();
  private final Console console = new Console(new PrintWriter(text), new PrintWriter(text), false);

  @Test
  void theEndIsToldOnce() {
    try (LineProgress progress = new LineProgress("decoding", 4800, "images", console)) {
      progress.reached(4799, Duration.ofSeconds(9));
      assertThat(progress.news(Duration.ofSeconds(10))).isPresent();
      progress.reached(4800, Duration.ofSeconds(11));
      assertThat(progress.news(Duration.ofSeconds(15))).isPresent();
      assertThat(progress.news(Duration.ofSeconds(20))).isEmpty();
    }
  }

  @Test
  void saysRateAndTimeLeft() {
    try (LineProgress progress = new LineProgress("decoding", 4800, "images", console)) {
      progress.reached(1200, Duration.ofSeconds(5));
      progress.reached(1000, Duration.ofSeconds(5));
      assertThat(progress.line(Duration.ofSeconds(5)))
          .isEqualTo("  decoding: 1,200 of 4,800 images, 240.0/s, 15 s left");
    }
  }

  @ParameterizedTest
  @MethodSource("io.geolocsft.InLocale#others")
  void saysItTheSameInEveryLocale(Locale locale) throws Exception {
    String line =
        InLocale.call(
            locale,
            () -> {
              try (LineProgress progress = new LineProgress("decoding", 9_600, "images", console)) {
                progress.reached(1200, Duration.ofSeconds(5));
                return progress.line(Duration.ofSeconds(5));
              }
            });
    assertThat(line).isEqualTo("  decoding: 1,200 of 9,600 images, 240.0/s, 35 s left");
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

  @Test
  void theTimeLeftFallsBetweenTwoJumps() {
    try (LineProgress progress = new LineProgress("Answering", 100, "images", console)) {
      progress.reached(10, Duration.ofSeconds(30));
      assertThat(progress.line(Duration.ofSeconds(30))).endsWith(", 0.3/s, 5 min left");
      assertThat(progress.line(Duration.ofSeconds(45))).endsWith(", 0.3/s, 4 min left");
      progress.reached(90, Duration.ofSeconds(270));
      assertThat(progress.line(Duration.ofSeconds(290))).endsWith(", 0.3/s, 10 s left");
      assertThat(progress.line(Duration.ofSeconds(300))).endsWith(", 0.3/s, 0 s left");
    }
  }

  @Test
  void whatTheWorkSaysStandsBeside() {
    try (LineProgress progress = new LineProgress("Fine-tuning", 7300, "steps", console)) {
      progress.reached(100, Duration.ofSeconds(100));
      progress.says("loss 1.2000");
      assertThat(progress.line(Duration.ofSeconds(100)))
          .isEqualTo("  Fine-tuning: 100 of 7,300 steps, 1.0/s, 2 h 00 min left, loss 1.2000");
    }
  }
}
