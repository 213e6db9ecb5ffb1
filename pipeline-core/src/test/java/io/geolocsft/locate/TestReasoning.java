package io.geolocsft.locate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestReasoning {

  @Test
  void ofTheFormOfThePaperItIsWhatTheModelThought() {
    String text =
        "{\"thinking\": {\"25km_analysis\": {\"climate_features\": \"dry\"}}, \"answer\": {}}";
    assertThat(Reasoning.in(text)).contains("climate_features").contains("dry");
    assertThat(Reasoning.in("{\"thinking\": \"palms\", \"answer\": {}}")).isEqualTo("palms");
  }

  @Test
  void elseItIsWhatStandsBeforeTheAnswer() {
    assertThat(Reasoning.in("<think>Palms, so south.</think>\n<answer>lat: 1, lon: 2</answer>"))
        .isEqualTo("Palms, so south.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<answer>lat: 1.00, lon: 2.00</answer>",
        "{\"thinking\": {}, \"answer\": {}}",
        "{\"thinking\": \"cut",
        "48.1, 11.6"
      })
  void whereThereIsNoneItIsEmpty(String text) {
    assertThat(Reasoning.in(text)).isEmpty();
  }
}
