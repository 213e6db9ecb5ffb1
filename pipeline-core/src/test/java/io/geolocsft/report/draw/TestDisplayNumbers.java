package io.geolocsft.report.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.geo.GeoPoint;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestDisplayNumbers {

  private final Locale before = Locale.getDefault();

  @BeforeEach
  void aLocaleWithOtherSigns() {
    Locale.setDefault(Locale.GERMANY);
  }

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  @Test
  void units() {
    assertThat(DisplayNumbers.percent(0.5904)).isEqualTo("59.0\u202F%");
    assertThat(DisplayNumbers.kilometers(1226.4)).isEqualTo("1,226\u202Fkm");
    assertThat(DisplayNumbers.kilometers(3.14)).isEqualTo("3.1\u202Fkm");
    assertThat(DisplayNumbers.threshold(2500)).isEqualTo("2,500\u202Fkm");
    assertThat(DisplayNumbers.threshold(0.5)).isEqualTo("0.5\u202Fkm");
    assertThat(DisplayNumbers.point(new GeoPoint(-33.9249, 18.4241)))
        .isEqualTo("33.92\u00B0S, 18.42\u00B0E");
    assertThat(DisplayNumbers.count(20000)).isEqualTo("20,000");
  }

  @Test
  void signs() {
    assertThat(DisplayNumbers.fixed(-3.25, 1)).isEqualTo("\u22123.3");
    assertThat(DisplayNumbers.fixed(-0.01, 1)).isEqualTo("0.0");
    assertThat(DisplayNumbers.signed(0.001, 1)).isEqualTo("0.0");
    assertThat(DisplayNumbers.signed(16.94, 1)).isEqualTo("+16.9");
    assertThat(DisplayNumbers.fixed(Double.NaN, 1)).isEqualTo("\u2013");
  }

  @ParameterizedTest
  @CsvSource({"4.25, 4.3\u202Fs", "65, 1 min 05 s", "3599.6, 1 h 00 min", "7800, 2 h 10 min"})
  void durations(double seconds, String text) {
    assertThat(DisplayNumbers.duration(seconds)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1.04, 1", "1.05, 1.1", "-2.36, -2.4", "1000, 1000"})
  void pixels(double value, String text) {
    assertThat(DisplayNumbers.px(value)).isEqualTo(text);
  }
}
