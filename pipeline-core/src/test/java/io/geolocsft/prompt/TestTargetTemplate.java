package io.geolocsft.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.InLocale;
import io.geolocsft.answer.AnswerReader;
import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TestTargetTemplate {

  private static final PlaceFacts PARIS =
      new PlaceFacts(
          new GeoPoint(48.8566, 2.3),
          Optional.of("France"),
          Optional.of("Europe"),
          OptionalDouble.of(20_000));
  private static final PlaceFacts NOWHERE =
      new PlaceFacts(
          new GeoPoint(-0.001, -179.999),
          Optional.empty(),
          Optional.empty(),
          OptionalDouble.empty());

  @Test
  void answerForm() {
    assertThat(TargetTemplate.of("answer").target(PARIS))
        .isEqualTo("<answer>lat: 48.86, lon: 2.30</answer>");
    assertThat(TargetTemplate.of("answer", 0, 0).target(PARIS))
        .isEqualTo("<answer>lat: 49, lon: 2</answer>");
  }

  @ParameterizedTest
  @MethodSource("io.geolocsft.InLocale#others")
  void isWrittenAndReadTheSameInEveryLocale(Locale locale) throws Exception {
    for (String form : List.of("answer", "json")) {
      String text = InLocale.call(locale, () -> TargetTemplate.of(form).target(PARIS));
      assertThat(text)
          .isEqualTo(InLocale.call(Locale.ROOT, () -> TargetTemplate.of(form).target(PARIS)));
      assertThat(InLocale.call(locale, () -> AnswerReader.read(text)).toString())
          .isEqualTo(AnswerReader.read(text).toString())
          .contains("48.86");
    }
  }

  @Test
  void roundingNeverWritesMinusZeroNorLeavesTheEarth() {
    assertThat(TargetTemplate.of("answer").target(NOWHERE))
        .isEqualTo("<answer>lat: 0.00, lon: -180.00</answer>");
  }

  @Test
  void jsonForm() {
    assertThat(TargetTemplate.of("json").target(PARIS))
        .isEqualTo(
            "{\"thinking\": {\"25km_analysis\": {\"regional_development\": \"urban centre\"}}, "
                + "\"answer\": {\"coordinates\": {\"latitude\": 48.86, \"longitude\": 2.30, "
                + "\"region\": \"Europe\"}, \"final_location_confirmation\": "
                + "{\"confirmed_location\": \"France, Europe\"}}}");
  }

  @Test
  void jsonFormLeavesOutWhatIsUnknown() {
    assertThat(TargetTemplate.of("json", 8, 0).target(NOWHERE))
        .isEqualTo(
            "{\"thinking\": {}, \"answer\": {\"coordinates\": {\"latitude\": -0.00100000, "
                + "\"longitude\": -179.99900000}}}");
  }

  @Test
  void namesTheAllowedValues() {
    assertThatThrownBy(() -> TargetTemplate.of("xml")).hasMessageContaining("answer, json");
    assertThatThrownBy(() -> TargetTemplate.of("answer", 9, 0)).hasMessageContaining("0 to 8");
  }

  @Test
  void roundsToAStep() {
    assertThat(TargetTemplate.of("answer", 0, 30).target(PARIS))
        .isEqualTo("<answer>lat: 60, lon: 0</answer>");
    assertThatThrownBy(() -> TargetTemplate.of("answer", 0, 91)).hasMessageContaining("0 to 90");
  }
}
