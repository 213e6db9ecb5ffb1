package io.geolocsft.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Ints;
import io.geolocsft.gemma.TokenBatch.Padding;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row with several answers gives each token what a row of its own for each answer gives it. */
class TestForkedRows {

  private static final int IMAGE = SmallGemma.IMAGE_TOKEN;
  private static final int WIDTH = 16;

  /** Longer than the sliding window in front of the image, and shared by both prompts. */
  private static final int[] COMMON = new Random(1).ints(40, 1, 30).toArray();

  private static final List<int[]> PROMPTS =
      List.of(prompt(new int[] {3, 4}), prompt(new int[] {5, 6, 7, 8, 9, 10, 11, 12, 13}));

  private static final List<List<int[]>> ANSWERS =
      List.of(
          List.of(new int[] {1, 2, 3}, new int[0], new int[] {4, 5, 6, 7, 8, 9, 10, 11, 12}),
          List.of(new int[] {7}, new int[] {7, 8}));

  private static int[] prompt(int[] end) {
    int[] image = IntStream.generate(() -> IMAGE).limit(SmallGemma.IMAGE_TOKENS).toArray();
    return Ints.concat(COMMON, image, end);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 40})
  void everyAnswerSeesThePromptAndItself(int shared) {
    TokenBatch forked = TokenBatch.forked(PROMPTS, ANSWERS, IMAGE, shared);
    assertThat(forked.prefix()).hasSize(shared);
    try (GemmaModel model = SmallGemma.random(3);
        NDManager scope = model.newScope()) {
      NDArray features = scope.randomUniform(-1, 1, new Shape(2, SmallGemma.IMAGE_TOKENS, WIDTH));
      float[] actual = model.hiddenStates(scope, forked, features, false).toFloatArray();
      for (int row = 0; row < PROMPTS.size(); row++) {
        int[] prompt = PROMPTS.get(row);
        int index = prompt.length;
        for (int[] answer : ANSWERS.get(row)) {
          TokenBatch alone =
              TokenBatch.of(List.of(Ints.concat(prompt, answer)), Padding.RIGHT, IMAGE);
          NDArray own = features.get(row).expandDims(0);
          float[] expected = model.hiddenStates(scope, alone, own, false).toFloatArray();
          assertClose(actual, forked.cell(row, prompt.length - 1), expected, prompt.length - 1);
          for (int i = 0; i < answer.length; i++) {
            assertClose(actual, forked.cell(row, index++), expected, prompt.length + i);
          }
        }
      }
    }
  }

  private static void assertClose(float[] actual, int at, float[] expected, int alone) {
    for (int i = 0; i < WIDTH; i++) {
      assertThat(actual[at * WIDTH + i])
          .as("cell %d", at)
          .isCloseTo(expected[alone * WIDTH + i], offset(2e-5f));
    }
  }
}
