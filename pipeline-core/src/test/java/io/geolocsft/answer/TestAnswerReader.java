package io.geolocsft.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.prompt.PlaceFacts;
import io.geolocsft.prompt.TargetTemplate;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TestAnswerReader {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

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

  /** Whatever its dash: to read it as no sign puts the place into the other hemisphere. */
  @Test
  void noDashIsOverlooked() {
    int[] dashes =
        IntStream.concat(
                IntStream.range(0, 0x30000)
                    .filter(c -> Character.getType(c) == Character.DASH_PUNCTUATION),
                "\u2212\u207B\u208B\u02D7\u2796\u2043\u2052\u2500\u00AD\u00AF\u2213\u30FC".chars())
            .toArray();
    assertThat(dashes).hasSizeGreaterThan(30);
    for (int dash : dashes) {
      String number = Character.toString(dash) + "33.8568";
      for (String form :
          List.of(
              "Latitude: %s, Longitude: 151.2153",
              "Latitude %s, Longitude 151.2153",
              "%s, 151.2153",
              "(%s, 151.2153)",
              "Sydney %s, 151.2153",
              "lat %s lon 151.2153",
              "{\"lat\": %s, \"lon\": 151.2153}",
              "{\"lat\": \"%s\", \"lon\": \"151.2153\"}")) {
        String text = form.formatted(number);
        assertThat(AnswerReader.read(text).point().map(GeoPoint::latitude).orElse(-33.8568))
            .as("%04X %s", dash, text)
            .isEqualTo(-33.8568);
      }
    }
  }

  @Test
  void digitsOfEveryScript() {
    int[] zeros =
        IntStream.range(0, 0x20000)
            .filter(c -> Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER)
            .filter(c -> Character.digit(c, 10) == 0)
            .toArray();
    assertThat(zeros).hasSizeGreaterThan(50);
    for (int zero : zeros) {
      StringBuilder text = new StringBuilder();
      "48.8584, -2.2945"
          .chars()
          .map(c -> Character.isDigit(c) ? zero + c - '0' : c)
          .forEach(text::appendCodePoint);
      assertThat(AnswerReader.read(text.toString()).point())
          .as(text.toString())
          .contains(new GeoPoint(48.8584, -2.2945));
    }
  }

  static List<String> hostileUnits() {
    return List.of(
        "1",
        " ",
        "-",
        "(",
        "{",
        "[",
        "\"",
        "'",
        "°",
        "<",
        "\\",
        "&",
        "%",
        "@",
        "#",
        "|",
        "\n",
        "\n\n",
        "lat",
        "lat: ",
        "lat: 1, ",
        "lat: 1 lon: ",
        "lon:\t1 lat",
        "lat/lon ---",
        "lat|lon|",
        "|a\n",
        "1.",
        "1.1, ",
        "1.1 1.1 and 1.1 ",
        "1,",
        "1,1 ",
        "1,55; ",
        "(1",
        "1e",
        "1e9",
        "- 1",
        "-- ",
        "1 N ",
        "N ",
        "N(",
        "N 1°1'",
        "1°1'1\"",
        "1°1.5 ",
        "n ",
        "w.",
        "\u0441. ",
        "is ",
        "or ",
        "1. ",
        "<answer>",
        "<answer>lat: 1",
        "<b>",
        "<think>",
        "</think>",
        "<a lat=1",
        "thinking",
        "{\"a\":",
        "{\"a\":[",
        "{\"answer\":{\"coordinates\":",
        "{}",
        "{a:1,",
        "{/*",
        "{//",
        "{'",
        "{'a",
        "{\"lat\":1,\"lon\":2}",
        "{\"lat\":1,\"lon\":2},",
        "[{\"lat\":1,\"lon\":2",
        "\"type\":\"Point\"",
        "POINT(1 ",
        "geo:1,",
        "!3d1!4d",
        "http://",
        "http://a@1,",
        "&deg;",
        "$a$",
        "$1",
        "\\text{a",
        "^\\prime",
        "**",
        "f/1.1, 1.1 s ",
        "a",
        "\u5EA6",
        "\u7EAC",
        "\u30FC",
        "\uFE63",
        "\u0301",
        "\u0661",
        "\uE000",
        "\uD83D",
        "\uDE00",
        "48.8584, 2.2945 ",
        "or 48.8584, 2.2945. ",
        "(48.8584, 2.2945 ",
        "1. 48.8584, 2.2945\n",
        "not 48.8584, 2.2945. ",
        "lat 48.8 lon 2.2 ");
  }

  private static String repeated(String unit, int length) {
    return unit.repeat(length / unit.length());
  }

  @ParameterizedTest
  @MethodSource("hostileUnits")
  void longRepetitionsAreReadToTheEnd(String unit) {
    String text = repeated(unit, AnswerReader.MAX_CHARACTERS);
    assertThat(AnswerReader.read(text).status()).isNotEqualTo(AnswerStatus.TOO_LONG);
  }

  /**
   * Eight times the text takes at most forty times as long, where a square would take 64 times. Of
   * this thread's own time, whatever else the machine does.
   */
  @Test
  void timeGrowsWithTheLength() {
    for (String unit : hostileUnits()) {
      String small = repeated(unit, 4_000);
      String large = repeated(unit, 32_000);
      long allowed = Math.max(40 * shortest(small, 3), 400_000_000L);
      assertThat(shortest(large, 2)).as(unit).isLessThan(allowed);
    }
  }

  private static long shortest(String text, int times) {
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < times; i++) {
      long start = THREADS.getCurrentThreadCpuTime();
      AnswerReader.read(text);
      shortest = Math.min(shortest, THREADS.getCurrentThreadCpuTime() - start);
    }
    return shortest;
  }

  @Test
  void textBeyondTheLimitIsNotRead() {
    String text = " ".repeat(AnswerReader.MAX_CHARACTERS) + "48.86, 2.35";
    assertThat(AnswerReader.read(text).status()).isEqualTo(AnswerStatus.TOO_LONG);
  }
}
