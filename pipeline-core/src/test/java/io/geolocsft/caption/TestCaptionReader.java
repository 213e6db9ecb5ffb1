package io.geolocsft.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.prompt.CaptionTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestCaptionReader {

  private static final GeoPoint PARIS = new GeoPoint(48.85837, 2.29448);

  private static final String CAPTION =
      """
      {"thinking": {"25km_analysis": {"terrain_characteristics": "TEXT", "climate_features": "b", "regional_development": "c"},
        "1km_analysis": {"road_engineering": {"surface": "a", "markings": "b", "signs_and_poles": "c"},
          "vegetation": {"species": "a", "density": "b"}},
        "buildings_infrastructure": "a", "vehicles_traffic": "b", "terrain_soil": "c",
        "elimination_similar_regions": [{"eliminated_region": "a", "reasons": ["b"]}]},
       "answer": {"coordinates": {"latitude": 48.8584, "longitude": 2.2945, "region": "Paris"},
        "final_location_confirmation": {"confirmed_location": "a", "decisive_features": ["b"], "accuracy_assessment": "c"}}}
      """;

  private static CaptionVerdict judge(String text) {
    return new CaptionReader(CaptionSchema.standard(), 1, false).judge(text, PARIS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "```json\n%s\n```", "\n```\n%s```\n", "  %s  "})
  void whatAModelPutsAroundIsDropped(String form) {
    CaptionVerdict verdict = judge(form.formatted(CAPTION.strip()));
    assertThat(verdict.ruling()).as(verdict.detail()).isEqualTo(Ruling.ACCEPTED);
    assertThat(new CaptionTarget(2, 0).target(verdict.caption(), PARIS))
        .contains("\"road_engineering\": {\"surface\": \"a\", \"markings\"")
        .endsWith(
            "\"answer\": {\"coordinates\": {\"latitude\": 48.86, \"longitude\": 2.29, \"region\": \"Paris\"}, \"final_location_confirmation\": {\"confirmed_location\": \"a\", \"decisive_features\": [\"b\"], \"accuracy_assessment\": \"c\"}}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Sorry.", "[]", "{", "{} {}", "{\"a\": 1, \"a\": 2}", "null"})
  void whatIsNoObjectIsNotJson(String text) {
    assertThat(judge(text).ruling()).isEqualTo(Ruling.NOT_JSON);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"vehicles_traffic\"|\"vehicles\"|vehicles_traffic",
        "\"latitude\": 48|\"latitude\": 148|/answer/coordinates/latitude",
        "\"surface\": \"a\"|\"surface\": 1|road_engineering/surface"
      })
  void whatIsNotAsTheSchemaSaysIsNamed(String right, String wrong, String place) {
    CaptionVerdict verdict = judge(CAPTION.replace(right, wrong));
    assertThat(verdict.ruling()).isEqualTo(Ruling.OFF_SCHEMA);
    assertThat(verdict.detail()).contains(place);
  }

  @Test
  void anotherPlaceIsTold() {
    CaptionVerdict verdict = judge(CAPTION.replace("48.8584", "48.8384"));
    assertThat(verdict.ruling()).isEqualTo(Ruling.WRONG_PLACE);
    assertThat(verdict.detail()).contains("2.2").contains("km");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "consistent with the given GPS",
        "As the provided coordinates show, this is Paris",
        "The coordinates given in the prompt",
        "the exact GPS location",
        "according to the known latitude and longitude",
        "near 48.858 north",
        "at 2.2945 E",
        "based on the stated longitude"
      })
  void thoughtsThatKnowThePlaceAreLeaks(String thought) {
    CaptionVerdict verdict = judge(CAPTION.replace("TEXT", thought));
    assertThat(verdict.ruling()).isEqualTo(Ruling.LEAK);
    String text = CAPTION.replace("TEXT", thought);
    assertThat(new CaptionReader(CaptionSchema.standard(), 1, true).judge(text, PARIS).isAccepted())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "given the vegetation, a temperate climate",
        "lanes 3.50 m wide; the road is given priority by signs",
        "a plateau at mid latitudes",
        "known for its limestone"
      })
  void thoughtsOfWhatIsSeenAreNone(String thought) {
    CaptionVerdict verdict = judge(CAPTION.replace("TEXT", thought));
    assertThat(verdict.ruling()).as(verdict.detail()).isEqualTo(Ruling.ACCEPTED);
  }

  @Test
  void aSchemaOfOnesOwnMustBeOne() {
    assertThat(CaptionSchema.of("{\"type\": \"object\"}").json()).contains("object");
    for (String broken : new String[] {"{", "[]", "{\"type\": 1}", ""}) {
      assertThatThrownBy(() -> CaptionSchema.of(broken))
          .as(broken)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("JSON Schema");
    }
  }

  @Test
  void theQuestionHoldsPlaceAndSchema() {
    String text = CaptionPrompt.standard().text(PARIS, CaptionSchema.standard());
    assertThat(text)
        .contains("latitude 48.858370, longitude 2.294480")
        .contains("\"elimination_similar_regions\"")
        .doesNotContain("{latitude}", "{schema}");
    assertThatThrownBy(() -> new CaptionPrompt("{latitude}"))
        .hasMessageContaining("has no {longitude}");
  }
}
