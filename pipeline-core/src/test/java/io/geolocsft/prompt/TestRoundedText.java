package io.geolocsft.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestRoundedText {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "48.8584, 2.2945 | 48.9, 2.3",
        "(-0.04, -179.97) | (-0.0, -180.0)",
        "48.8584° N | 48.9° N",
        "48.8 | 48.8",
        "12 | 12",
        "version 1.25.3, at 10.0.0.17 | version 1.25.3, at 10.0.0.17",
        "France, 48.85. | France, 48.8.",
        "{not json 1.25 | {not json 1.2",
        "{'latitude':48.8584,'longitude':2,'thinking':{'a':['near 2.2945',1e-3,null,true]}} | {'latitude': 48.9, 'longitude': 2, 'thinking': {'a': ['near 2.3', 0.0, null, true]}}",
      })
  void numbersLoseDecimals(String text, String rounded) {
    assertThat(new RoundedText(1).of(text.replace('\'', '"')))
        .isEqualTo(rounded.replace('\'', '"'));
  }

  @Test
  void decimalsAreBounded() {
    assertThat(new RoundedText(0).of("48.5, 2.51")).isEqualTo("48, 3");
    assertThatThrownBy(() -> new RoundedText(9)).hasMessageContaining("0 to 8");
  }
}
