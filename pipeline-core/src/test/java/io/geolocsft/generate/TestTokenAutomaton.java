package io.geolocsft.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.answer.AnswerReader;
import io.geolocsft.answer.AnswerStatus;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.prompt.AnswerGrammar.State;
import io.geolocsft.prompt.GemmaTokenizer;
import io.geolocsft.prompt.PlaceFacts;
import io.geolocsft.prompt.SmallTokenizer;
import io.geolocsft.prompt.TargetTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestTokenAutomaton {

  @TempDir Path folder;

  private static PlaceFacts facts(Random random) {
    return new PlaceFacts(
        new GeoPoint(180 * random.nextDouble() - 90, 360 * random.nextDouble() - 180),
        random.nextBoolean() ? Optional.of("Italia") : Optional.empty(),
        random.nextBoolean() ? Optional.of("Ελλάδα") : Optional.empty(),
        random.nextBoolean()
            ? OptionalDouble.of(4000 * random.nextDouble())
            : OptionalDouble.empty());
  }

  /** One in which a space and a minus are a token, as in Gemma's own. */
  private GemmaTokenizer withJoinedMinus() throws IOException {
    return SmallTokenizer.changed(
        folder,
        model -> {
          ((ObjectNode) model.get("vocab")).put("▁-", 512);
          ((ArrayNode) model.get("merges")).insertArray(0).add("▁").add("-");
        });
  }

  private GemmaTokenizer tokenizer(boolean joinedMinus) throws IOException {
    return joinedMinus ? withJoinedMinus() : GemmaTokenizer.load(SmallTokenizer.FOLDER);
  }

  /** What a model was trained on is what it is led through. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tokensOfATargetTextAreThoseOfItsPath(boolean joinedMinus) throws IOException {
    try (GemmaTokenizer tokenizer = tokenizer(joinedMinus)) {
      for (String target : List.of("answer", "json")) {
        TargetTemplate template = TargetTemplate.of(target);
        TokenAutomaton automaton = new TokenAutomaton(template.grammar(), tokenizer);
        Random random = new Random(3);
        int asked = 0;
        for (int i = 0; i < 200; i++) {
          List<Integer> all =
              IntStream.of(tokenizer.encode(template.target(facts(random)))).boxed().toList();
          AnswerPath path = new AnswerPath(automaton, 1_000);
          List<Integer> said = new ArrayList<>(path.begin());
          while (!path.isEnd()) {
            assertThat(said).isEqualTo(all.subList(0, said.size()));
            int next = all.get(said.size());
            assertThat(path.allowed().get(next)).isTrue();
            said.addAll(path.take(next));
            asked++;
          }
          assertThat(said).isEqualTo(all);
        }
        if (target.equals("answer")) {
          // Sign, at most three digits, a point and two decimals, and where there is a token for
          // it the minus with its space, are all that is left to say.
          assertThat(asked / 200.0).isLessThan(14);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"answer", "json"})
  void allowedTokensAreThoseThatMayFollow(String target) throws IOException {
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(SmallTokenizer.FOLDER)) {
      TargetTemplate template = TargetTemplate.of(target);
      TokenAutomaton automaton = new TokenAutomaton(template.grammar(), tokenizer);
      Random random = new Random(5);
      for (int i = 0; i < 20; i++) {
        State state = automaton.start();
        for (int length = 0; length < 30 && !automaton.isEnd(state); length++) {
          BitSet allowed = automaton.allowed(state);
          for (int token = 0; token < tokenizer.vocabularySize(); token++) {
            assertThat(allowed.get(token)).isEqualTo(mayFollow(automaton, state, token));
          }
          int[] all = allowed.stream().toArray();
          state = automaton.after(state, all[random.nextInt(all.length)]);
        }
      }
    }
  }

  private static boolean mayFollow(TokenAutomaton automaton, State state, int token) {
    try {
      automaton.after(state, token);
      return automaton.length(token) > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** However a model rambles, its answer is whole within the limit. */
  @ParameterizedTest
  @ValueSource(ints = {96, 100, 120, 200})
  void anyChoicesEndAsAPointWithinTheLimit(int limit) throws IOException {
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(SmallTokenizer.FOLDER)) {
      TokenAutomaton automaton = new TokenAutomaton(TargetTemplate.of("json").grammar(), tokenizer);
      Random random = new Random(limit);
      for (int i = 0; i < 200; i++) {
        AnswerPath path = new AnswerPath(automaton, limit);
        List<Integer> said = new ArrayList<>(path.begin());
        while (!path.isEnd()) {
          int[] allowed = path.allowed().stream().toArray();
          said.addAll(path.take(allowed[random.nextInt(allowed.length)]));
        }
        assertThat(said).hasSizeLessThanOrEqualTo(limit);
        String text = tokenizer.decode(said.stream().mapToInt(Integer::intValue).toArray());
        assertThat(AnswerReader.read(text).status()).as(text).isEqualTo(AnswerStatus.JSON);
        assertThat(AnswerReader.read(text).point()).as(text).isPresent();
      }
    }
  }

  @Test
  void aLimitThatMayNotSufficeIsRefused() throws IOException {
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(SmallTokenizer.FOLDER)) {
      TokenAutomaton automaton =
          new TokenAutomaton(TargetTemplate.of("answer").grammar(), tokenizer);
      assertThatThrownBy(() -> new AnswerPath(automaton, 41))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("may need 42 tokens")
          .hasMessageContaining("max_new_tokens");
    }
  }
}
