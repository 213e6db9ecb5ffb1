package io.geolocsft.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.primitives.Ints;
import io.geolocsft.answer.AnswerReader;
import io.geolocsft.answer.AnswerStatus;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.gemma.SmallGemma;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.TokenBatch.Padding;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.prompt.GemmaTokenizer;
import io.geolocsft.prompt.SmallTokenizer;
import io.geolocsft.prompt.TargetTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestConstrainedGenerator {

  private static final int WORDS = 512;

  private static GemmaTokenizer tokenizer;
  private static GemmaTokenizer letters;
  private static GemmaModel model;

  @BeforeAll
  static void makeModel(@TempDir Path folder) throws IOException {
    letters = SmallTokenizer.changed(folder, file -> file.putArray("merges"));
    tokenizer = GemmaTokenizer.load(SmallTokenizer.FOLDER);
    GemmaConfig config = SmallGemma.config(WORDS);
    model = GemmaModel.of(config, GemmaWeights.random(config, Device.cpu(), 5));
  }

  @AfterAll
  static void close() {
    model.close();
    tokenizer.close();
    letters.close();
  }

  private static TokenAutomaton form(String target, GemmaTokenizer words) {
    return new TokenAutomaton(TargetTemplate.of(target).grammar(), words);
  }

  /** Longer and shorter than the sliding window of 4, with and without a common beginning. */
  private static List<int[]> prompts(int shared) {
    int[] front = new Random(1).ints(shared, 10, WORDS).toArray();
    List<int[]> prompts = new ArrayList<>();
    for (int words : new int[] {7, 1, 12}) {
      prompts.add(Ints.concat(front, new Random(words).ints(words, 10, WORDS).toArray()));
    }
    return prompts;
  }

  private static List<List<Continuation>> generate(
      TokenAutomaton form, int candidates, int tokens, List<int[]> prompts) {
    Sampling sampling = new Sampling(candidates, 2, 0, 1, tokens);
    return new Generator(model, sampling, form)
        .generate(prompts, new float[0][], new long[] {1, 2, 3});
  }

  /**
   * Rows whose forced tokens come at different times, one or many at once, have the probabilities
   * that a pass over all their tokens gives; the greedy ones took the likeliest of what was
   * allowed.
   */
  @ParameterizedTest
  @CsvSource({
    "false, 1, 0", "false, 3, 0", "false, 1, 20", "false, 3, 20",
    "true, 1, 0", "true, 3, 0", "true, 1, 20", "true, 3, 20"
  })
  void runsEqualOnePassOverTheWholeRow(boolean byLetters, int candidates, int shared) {
    List<int[]> prompts = prompts(shared);
    TokenAutomaton form = form("answer", byLetters ? letters : tokenizer);
    List<List<Continuation>> answers = generate(form, candidates, 48, prompts);
    for (int i = 0; i < prompts.size(); i++) {
      for (int k = 0; k < candidates; k++) {
        Continuation answer = answers.get(i).get(k);
        double expected = logProbability(form, prompts.get(i), answer, k == 0);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.logProbability()).isCloseTo(expected, offset(1e-3));
        String text = tokenizer.decode(answer.toArray());
        assertThat(AnswerReader.read(text).status()).as(text).isEqualTo(AnswerStatus.STRICT);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsGivenAsksForTheChoicesThatDrewIt(boolean byLetters) {
    TokenAutomaton form = form("answer", byLetters ? letters : tokenizer);
    Generator generator = new Generator(model, new Sampling(3, 2, 0, 1, 48), form);
    for (List<Continuation> drawn :
        generator.generate(prompts(0), new float[0][], new long[] {1, 2, 3})) {
      for (Continuation answer : drawn) {
        int[] given = Ints.concat(answer.toArray(), new int[] {1});
        Continuation followed = generator.follow(given, 48).orElseThrow();
        assertThat(followed.tokens()).isEqualTo(answer.tokens());
        assertThat(followed.choices())
            .usingRecursiveFieldByFieldElementComparatorIgnoringFields("logProbability")
            .isEqualTo(answer.choices());
      }
    }
    assertThat(generator.follow(tokenizer.encode("Paris"), 48)).isEmpty();
    assertThat(generator.follow(new int[0], 48)).isEmpty();
    assertThat(generator.follow(new int[] {1, 1}, 48)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"4, true", "3, true", "2, false"})
  void whatIsGivenMustFitIntoAnAnswer(int most, boolean fits) {
    Generator generator = new Generator(model, Set.of(1), new Sampling(1, 1, 0, 1, 48));
    assertThat(generator.follow(new int[] {5, 6, 1}, most).isPresent()).isEqualTo(fits);
    assertThat(generator.follow(new int[] {5, 6}, most)).as("no stop token").isEmpty();
  }

  private static double logProbability(
      TokenAutomaton form, int[] prompt, Continuation answer, boolean greedy) {
    float[][] logits = logits(Ints.concat(prompt, answer.toArray()));
    AnswerPath path = new AnswerPath(form, 48);
    int said = path.begin().size();
    double sum = 0;
    while (!path.isEnd()) {
      BitSet allowed = path.allowed();
      float[] row = logits[prompt.length + said - 1];
      double total = allowed.stream().mapToDouble(token -> Math.exp(row[token])).sum();
      int likeliest =
          allowed.stream().boxed().max((a, b) -> Float.compare(row[a], row[b])).orElseThrow();
      int token = greedy ? likeliest : answer.tokens().get(said);
      sum += row[token] - Math.log(total);
      List<Integer> next = path.take(token);
      assertThat(answer.tokens().subList(said, said + next.size())).isEqualTo(next);
      said += next.size();
    }
    assertThat(said).isEqualTo(answer.tokens().size());
    return sum;
  }

  /** Of every position of a row, without a cache. */
  private static float[][] logits(int[] row) {
    try (NDManager scope = model.newScope()) {
      TokenBatch batch = TokenBatch.of(List.of(row), Padding.RIGHT, WORDS);
      NDArray hidden = model.hiddenStates(scope, batch, null, false);
      NDArray all = model.logits(hidden, scope.arange(row.length).toType(DataType.INT64, false));
      float[] flat = all.toFloatArray();
      float[][] logits = new float[row.length][WORDS];
      for (int i = 0; i < row.length; i++) {
        System.arraycopy(flat, i * WORDS, logits[i], 0, WORDS);
      }
      return logits;
    }
  }

  @Test
  void everyAnswerOfARandomModelIsAPoint() {
    for (String target : List.of("answer", "json")) {
      for (List<Continuation> candidates : generate(form(target, tokenizer), 8, 96, prompts(0))) {
        for (Continuation answer : candidates) {
          assertThat(answer.complete()).isTrue();
          assertThat(answer.tokens()).hasSizeLessThanOrEqualTo(96);
          String text = tokenizer.decode(answer.toArray());
          assertThat(AnswerReader.read(text).point()).as(text).isPresent();
        }
      }
    }
  }

  /**
   * Neighbouring candidates have longitudes in common no oftener than candidates of different
   * prompts, which share nothing.
   */
  @Test
  void neighbouringCandidatesAreIndependent() {
    int prompts = 120;
    int candidates = 8;
    long[] seeds = new Random(6).longs(prompts).toArray();
    List<List<Continuation>> answers =
        new Generator(model, new Sampling(candidates, 1, 0, 1, 48), form("answer", letters))
            .generate(Collections.nCopies(prompts, prompts(0).get(0)), new float[0][], seeds);
    int equal = 0;
    int equalApart = 0;
    for (int prompt = 0; prompt < prompts; prompt++) {
      for (int k = 2; k < candidates; k++) {
        double longitude = longitude(answers.get(prompt).get(k));
        equal += longitude == longitude(answers.get(prompt).get(k - 1)) ? 1 : 0;
        List<Continuation> others = answers.get((prompt + 1) % prompts);
        equalApart += longitude == longitude(others.get(k - 1)) ? 1 : 0;
      }
    }
    assertThat(equalApart).isLessThan(20);
    assertThat(equal).isLessThan(20);
  }

  /** Without its sign. */
  private static double longitude(Continuation answer) {
    return Math.abs(
        AnswerReader.read(tokenizer.decode(answer.toArray())).point().orElseThrow().longitude());
  }

  @Test
  void aLimitThatMayNotSufficeIsRefusedBeforehand() {
    Sampling sampling = Sampling.greedy(24);
    assertThatThrownBy(() -> new Generator(model, sampling, form("answer", tokenizer)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("raise max_new_tokens");
  }
}
