package io.geolocsft.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TestBarProgress {

  private final Headway headway = new Headway(4800, "images");

  @Test
  void showsTheSameAsALine() {
    headway.reached(1200, Duration.ofSeconds(5));
    assertThat(line(200))
        .isEqualTo(
            "decoding  25%% [%s] 1,200 of 4,800 images, 240.0/s, 15 s left"
                .formatted("=".repeat(10) + ">" + " ".repeat(29)));
  }

  @Test
  void fitsTheTerminal() {
    headway.reached(1200, Duration.ofSeconds(5));
    for (int width = 0; width < 120; width++) {
      assertThat(line(width)).hasSizeLessThanOrEqualTo(width);
    }
    assertThat(line(62)).startsWith("decoding  25% 1,200 of 4,800").endsWith(" left");
  }

  @Test
  void isTheSameInEveryLocale() {
    headway.reached(1200, Duration.ofSeconds(5));
    String expected = line(100);
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      assertThat(line(100)).isEqualTo(expected).matches("\\p{ASCII}+");
    } finally {
      Locale.setDefault(before);
    }
  }

  private String line(int width) {
    return BarProgress.line("decoding", headway, Duration.ofSeconds(5), width);
  }
}
