package io.geolocsft.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.prompt.PlaceFacts;
import io.geolocsft.prompt.TargetTemplate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestAnswerReader {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          <answer>lat: 48.86, lon: 2.35</answer>                    | STRICT | 48.86 | 2.35
          <answer>lat: -33 lon: 151</answer>                        | STRICT | -33 | 151
          <answer> lat:+1.5 ; lon:-.25 </answer>                    | STRICT | 1.5 | -0.25
          <answer>lat: −12.34, lon: –123.45</answer>                | STRICT | -12.34 | -123.45
          <answer>lat: 90, lon: -180</answer>                       | STRICT | 90 | -180
          I think so. <answer>lat: 1, lon: 2</answer> No: <answer>lat: 3, lon: 4</answer>. | STRICT | 3 | 4
          {"thinking": {}, "answer": {"coordinates": {"latitude": 1, "longitude": -2.5}}} | JSON | 1 | -2.5
          ```json {"answer": {"coordinates": {"longitude": 7.5e1, "latitude": 1}}}``` so | JSON | 1 | 75
          {"answer": {"coordinates": {"latitude": "48.86", "longitude": "2.35"}}} | LABELLED | 48.86 | 2.35
          {"longitude": 2.35, "latitude": 48.86}                    | LABELLED | 48.86 | 2.35
          {"thinking": {"a": [1,2], "answer": {"coordinates": {"latitude": -1.25, "longitude": 3.5, "reg | LABELLED | -1.25 | 3.5
          Latitude: 33.87° S, Longitude: 151.21° E                  | LABELLED | -33.87 | 151.21
          latitude is about -33.87 S and the longitude is 151 east  | LABELLED | -33.87 | 151
          **lon** = -3, **lat** = 51                                | LABELLED | 51 | -3
          lat 48°51'24", lng 2°21'                                  | LABELLED | 48.856667 | 2.35
          Lat: 10, Long: 20. First guess was lat: 1, lng: 2.        | LABELLED | 1 | 2
          48°51'24"N 2°21'E                                         | HEMISPHERES | 48.856667 | 2.35
          It lies near 43.7 W, 22.9 S in Rio                        | HEMISPHERES | -22.9 | -43.7
          51.5 North and 0.12 West                                  | HEMISPHERES | 51.5 | -0.12
          48, 2                                                     | PAIR | 48 | 2
          (48.86; 2.35)                                             | PAIR | 48.86 | 2.35
          <answer>-48 -2</answer>                                   | PAIR | -48 | -2
          Somewhere near 48.86, 2.35 within 10 km.                  | PAIR | 48.86 | 2.35
          """)
  void reads(String text, AnswerStatus status, double latitude, double longitude) {
    Answer answer = AnswerReader.read(text);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.point().orElseThrow().latitude()).isCloseTo(latitude, within(1e-6));
    assertThat(answer.point().orElseThrow().longitude()).isCloseTo(longitude, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          <answer>lat: 148.86, lon: 2.35</answer>        | OUT_OF_RANGE
          <answer>lat: 12345678, lon: 2.35</answer>      | OUT_OF_RANGE
          <answer>lat: 139.69, lon: 35.68</answer>       | OUT_OF_RANGE
          139.69, 35.68                                  | OUT_OF_RANGE
          lat: 48, lon: 181                              | OUT_OF_RANGE
          {"answer": {"coordinates": {"latitude": 1e999, "longitude": 0}}} | OUT_OF_RANGE
          <answer>lat: 12.34, lon: 4                     | TRUNCATED
          {"answer": {"coordinates": {"latitude": 12.34, "longitude": 4 | TRUNCATED
          <answer>12.34, 4.5                             | TRUNCATED
          <answer>lat: 12.34, lon:                       | NO_COORDINATES
          <answer>lat: , lon: </answer>                  | NO_COORDINATES
          lat: 48,86, lon: 2,35                          | NO_COORDINATES
          lat: 1e1, lon: 2                               | NO_COORDINATES
          lat: 48.86 E, lon: 2.35 N                      | NO_COORDINATES
          -48.86 N, 2.35 E                               | NO_COORDINATES
          "coordinates": [2.35, 48.86]                   | NO_COORDINATES
          Built in 1889, 2 km away, 300 m high           | NO_COORDINATES
          1.0, 2.0, 3.0                                  | NO_COORDINATES
          version 1.2.3 of 4.5.6                         | NO_COORDINATES
          I cannot tell.                                 | NO_COORDINATES
          ~~                                             | NO_COORDINATES
          """)
  void refuses(String text, AnswerStatus status) {
    assertThat(AnswerReader.read(text)).isEqualTo(Answer.without(status));
  }

  @Test
  void targetsAreReadBack() {
    long seed = 7;
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      GeoPoint point = new GeoPoint(random.nextDouble(-90, 90), random.nextDouble(-180, 180));
      PlaceFacts facts =
          new PlaceFacts(
              point, Optional.of("Côte \"d'Or\""), Optional.empty(), OptionalDouble.empty());
      for (String name : List.of("answer", "json")) {
        Answer answer = AnswerReader.read(TargetTemplate.of(name, 5, 0).target(facts));
        assertThat(answer.status())
            .as("seed %d point %s", seed, point)
            .isEqualTo(name.equals("json") ? AnswerStatus.JSON : AnswerStatus.STRICT);
        assertThat(answer.point().orElseThrow().latitude())
            .isCloseTo(point.latitude(), within(6e-6));
        assertThat(answer.point().orElseThrow().longitude())
            .isCloseTo(point.longitude(), within(6e-6));
      }
    }
  }

  static Stream<Arguments> hostileTexts() {
    int length = AnswerReader.MAX_CHARACTERS;
    return Stream.of(
            "{",
            "[",
            "1",
            " ",
            "lat",
            "lat: ",
            "lat: 1, ",
            "1.1, ",
            "1 N ",
            "<answer>",
            "<answer>lat: 1",
            "lat: 1 lon: ",
            "-",
            "1.",
            "1°1'1\"",
            "is ",
            "{\"a\":",
            "lon:\t1 lat",
            "{\"a\":[",
            "{\"answer\":{\"coordinates\":",
            "{}",
            "N 1°1'",
            "1°1.5 ",
            "lat/lon ---",
            "POINT(1 ",
            "\"type\":\"Point\"",
            "geo:1,",
            "!3d1!4d",
            "1,55; ",
            "$a$",
            "\\text{a",
            "^\\prime",
            "\u0661",
            "**",
            "1.1 1.1 and 1.1 ",
            "f/1.1, 1.1 s ")
        .map(unit -> Arguments.of(unit, unit.repeat(length / unit.length())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostileTexts")
  void longRepetitionsAreReadToTheEnd(String unit, String text) {
    assertThat(AnswerReader.read(text).status()).as(unit).isNotEqualTo(AnswerStatus.TOO_LONG);
  }

  @Test
  void textBeyondTheLimitIsNotRead() {
    String text = " ".repeat(AnswerReader.MAX_CHARACTERS) + "48.86, 2.35";
    assertThat(AnswerReader.read(text).status()).isEqualTo(AnswerStatus.TOO_LONG);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anythingIsReadWithoutFailure(long seed) {
    Random random = new Random(seed);
    String alphabet = "0123456789.,-+°'\"NSEWlaton:{}[]<>answer/ \n\u2212";
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      random
          .ints(random.nextInt(60), 0, alphabet.length())
          .forEach(at -> text.append(alphabet.charAt(at)));
      Answer answer = AnswerReader.read(text.toString());
      assertThat(answer.point().isPresent())
          .as("seed %d text %s", seed, text)
          .isEqualTo(answer.status().isReadable());
    }
  }
}
