package io.geolocsft.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.geolocsft.gemma.TokenBatch.Padding;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The last layer runs for some cells as it does for all. */
class TestPickedCells {

  private static final int WIDTH = 16;
  private static final long[] AT = {7, 3, 29, 12};

  /** Two rows longer than the sliding window, the second one shorter. */
  private static List<int[]> rows(boolean images) {
    int[] row = new Random(1).ints(24, 1, 30).toArray();
    if (images) {
      Arrays.fill(row, 5, 5 + SmallGemma.IMAGE_TOKENS, SmallGemma.IMAGE_TOKEN);
    }
    return List.of(row, Arrays.copyOf(row, 20));
  }

  @ParameterizedTest
  @CsvSource({"false, 0, RIGHT", "false, 3, RIGHT", "true, 0, LEFT", "true, 3, LEFT"})
  void theyEqualThoseOfAll(boolean images, int shared, Padding padding) {
    TokenBatch batch = TokenBatch.of(rows(images), padding, SmallGemma.IMAGE_TOKEN, shared);
    try (GemmaModel model = SmallGemma.random(3);
        NDManager scope = model.newScope()) {
      NDArray features =
          images ? scope.randomUniform(-1, 1, new Shape(2, SmallGemma.IMAGE_TOKENS, WIDTH)) : null;
      float[] all = model.hiddenStates(scope, batch, features, false).toFloatArray();
      NDArray some = model.hiddenStates(scope, batch, features, AT, false);
      assertThat(some.getShape()).isEqualTo(new Shape(AT.length, WIDTH));
      float[] actual = some.toFloatArray();
      IntStream.range(0, actual.length)
          .forEach(
              i ->
                  assertThat(actual[i])
                      .isCloseTo(all[(int) AT[i / WIDTH] * WIDTH + i % WIDTH], offset(2e-5f)));
    }
  }
}
