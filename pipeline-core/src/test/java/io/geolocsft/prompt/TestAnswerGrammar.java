package io.geolocsft.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.answer.Answer;
import io.geolocsft.answer.AnswerReader;
import io.geolocsft.answer.AnswerStatus;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.prompt.AnswerGrammar.State;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestAnswerGrammar {

  private static final String JSON_FRONT =
      "{\"thinking\": {}, \"answer\": {\"coordinates\": {\"latitude\": ";

  /** The state after a text, null where it cannot stand. */
  private static State after(AnswerGrammar grammar, State state, String text) {
    State at = state;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      at = at == null ? null : grammar.next(at, Byte.toUnsignedInt(b));
    }
    return at;
  }

  private static boolean accepts(AnswerGrammar grammar, String text) {
    State end = after(grammar, grammar.start(), text);
    return end != null && grammar.isEnd(end);
  }

  @ParameterizedTest
  @CsvSource({"answer, 2", "answer, 0", "answer, 8", "json, 2", "json, 0", "json, 5"})
  void everyTextOfTheTemplateIsTaken(String target, int decimals) {
    TargetTemplate template = TargetTemplate.of(target, decimals, 0);
    AnswerGrammar grammar = template.grammar();
    Random random = new Random(decimals);
    for (int i = 0; i < 500; i++) {
      String text = template.target(facts(random));
      assertThat(accepts(grammar, text)).as(text).isTrue();
    }
    for (GeoPoint edge :
        new GeoPoint[] {new GeoPoint(90, 180), new GeoPoint(-90, -180), new GeoPoint(0, -0.0)}) {
      String text =
          template.target(
              new PlaceFacts(edge, Optional.empty(), Optional.empty(), OptionalDouble.empty()));
      assertThat(accepts(grammar, text)).as(text).isTrue();
    }
  }

  private static PlaceFacts facts(Random random) {
    GeoPoint point = new GeoPoint(180 * random.nextDouble() - 90, 360 * random.nextDouble() - 180);
    return new PlaceFacts(
        point,
        random.nextBoolean() ? Optional.of("Côte d'\"Ivoire\"") : Optional.empty(),
        random.nextBoolean() ? Optional.of("Ελλάδα\n\\") : Optional.empty(),
        random.nextBoolean()
            ? OptionalDouble.of(4000 * random.nextDouble())
            : OptionalDouble.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<answer>lat: 90.01, lon: 0.00</answer>",
        "<answer>lat: -91.00, lon: 0.00</answer>",
        "<answer>lat: 0.00, lon: 180.01</answer>",
        "<answer>lat: 0.00, lon: 200.00</answer>",
        "<answer>lat: 01.00, lon: 0.00</answer>",
        "<answer>lat: 1.0, lon: 0.00</answer>",
        "<answer>lat: 1.000, lon: 0.00</answer>",
        "<answer>lat: .00, lon: 0.00</answer>",
        "<answer>lat: --1.00, lon: 0.00</answer>",
        "<answer>lat: 1.00,lon: 0.00</answer>",
        "<answer>lat: 1.00, lon: 0.00</answer> ",
        "<answer>lat: 1.00, lon: 0.00</answer",
        "Somewhere in Italy"
      })
  void othersAreNot(String text) {
    assertThat(accepts(TargetTemplate.of("answer").grammar(), text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": [1, -2.5e+10, true, null, \"\\u00e9\\n\"], \"b\": {\"c\": {}}, \"d\": []}",
        "{\"\": 0}"
      })
  void anyThoughtsMayStand(String thinking) {
    assertThat(isThought(thinking)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"a\":1}",
        "{\"a\" : 1}",
        "{\"a\": 1 }",
        "{\"a\": 01}",
        "{\"a\": 1,}",
        "{\"a\": 1.}",
        "{\"a\": tru}",
        "{\"a\": \"\n\"}",
        "{\"a\": \"\\x\"}",
        "{\"a\": \"\\u00g0\"}",
        "{a: 1}",
        "{\"a\": [1}}",
        "{\"a\": 12345678901234567}",
        "{\"a\": 1e100}"
      })
  void butOnlyAsTheTemplateWouldWriteThem(String thinking) {
    assertThat(isThought(thinking)).isFalse();
  }

  private static boolean isThought(String thinking) {
    String rest =
        JSON_FRONT.substring("{\"thinking\": {}".length()) + "1.00, \"longitude\": 2.00}}}";
    return accepts(TargetTemplate.of("json").grammar(), "{\"thinking\": " + thinking + rest);
  }

  @Test
  void regionAndConfirmationMayStandOnceInTheirPlaces() {
    AnswerGrammar grammar = TargetTemplate.of("json").grammar();
    String front = JSON_FRONT + "1.00, \"longitude\": 2.00";
    String confirmed = ", \"final_location_confirmation\": {\"a\": 1}}}";
    assertThat(accepts(grammar, front + "}}}")).isTrue();
    assertThat(accepts(grammar, front + ", \"region\": \"x\"}}}")).isTrue();
    assertThat(accepts(grammar, front + "}" + confirmed)).isTrue();
    assertThat(accepts(grammar, front + ", \"region\": \"x\"}" + confirmed)).isTrue();
    assertThat(accepts(grammar, front + ", \"latitude\": 99.00}}}")).isFalse();
    assertThat(accepts(grammar, front + ", \"region\": 1}}}")).isFalse();
  }

  /** Random texts of the grammar, broken off anywhere and closed, read as points. */
  @ParameterizedTest
  @CsvSource({"answer, 2", "answer, 0", "json, 2", "json, 8"})
  void everyTextReadsAsAPointHoweverItIsClosed(String target, int decimals) {
    AnswerGrammar grammar = TargetTemplate.of(target, decimals, 0).grammar();
    AnswerStatus status = target.equals("json") ? AnswerStatus.JSON : AnswerStatus.STRICT;
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      State state = grammar.start();
      for (int length = random.nextInt(400); length > 0 && !grammar.isEnd(state); length--) {
        State at = state;
        int[] next = IntStream.range(32, 127).filter(b -> grammar.next(at, b) != null).toArray();
        // Structure rather than long strings.
        int[] structure = IntStream.of(next).filter(b -> "{}[]\",:".indexOf(b) >= 0).toArray();
        int[] chosen = structure.length > 0 && random.nextInt(3) > 0 ? structure : next;
        int b = chosen[random.nextInt(chosen.length)];
        text.append((char) b);
        state = grammar.next(state, b);
      }
      int bound = grammar.bound(state);
      int open = text.length();
      while (!grammar.isEnd(state)) {
        String closing = grammar.closing(state);
        text.append(closing);
        state = after(grammar, state, closing);
        assertThat(state).as(text.toString()).isNotNull();
      }
      assertThat(text.length() - open).as(text.toString()).isLessThanOrEqualTo(bound);
      Answer answer = AnswerReader.read(text.toString());
      assertThat(answer.status()).as(text.toString()).isEqualTo(status);
      assertThat(answer.point()).as(text.toString()).isPresent();
    }
  }
}
