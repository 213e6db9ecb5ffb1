package io.geolocsft.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel.Prefill;
import io.geolocsft.gemma.TokenBatch.Padding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Equal to transformers on small random models. The files are made by
 * src/test/python/make_goldens.py.
 */
class TestGemmaGoldens {

  private static final float LOGIT_TOLERANCE = 1e-4f;
  private static final int NEW_TOKENS = 16;

  static List<GoldenCase> cases() {
    return GoldenCase.all();
  }

  static List<GoldenCase> imageCases() {
    return cases().stream().filter(golden -> golden.images() > 0).toList();
  }

  static List<GoldenCase> bfloat16Cases() {
    return cases().stream().filter(golden -> golden.has("logits_bfloat16")).toList();
  }

  @Test
  void everyCaseIsRead() {
    assertThat(cases())
        .extracting(GoldenCase::name)
        .containsExactly(
            "text_only",
            "ragged",
            "long",
            "image_one",
            "image_two",
            "image_ragged",
            "sharded",
            "newer");
    assertThat(imageCases()).hasSize(4);
    assertThat(bfloat16Cases()).hasSize(3);
    assertThat(cases()).filteredOn(golden -> !golden.namesAfter("gradient.").isEmpty()).hasSize(5);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsEqualTransformers(GoldenCase golden) throws IOException {
    try (GemmaModel model = load(golden, DataType.FLOAT32)) {
      assertThat(logits(model, golden))
          .containsExactly(golden.logitsAtCells("logits"), offset(LOGIT_TOLERANCE));
    }
  }

  @ParameterizedTest
  @MethodSource("imageCases")
  void imageFeaturesEqualTransformers(GoldenCase golden) throws IOException {
    try (GemmaModel model = load(golden, DataType.FLOAT32);
        NDManager scope = model.newScope()) {
      NDArray pixels = golden.tensor("pixel_values", scope);
      assertThat(model.visionTower(pixels, false).toFloatArray())
          .containsExactly(golden.floats("vision_features"), offset(LOGIT_TOLERANCE));
      assertThat(model.imageFeatures(pixels, false).toFloatArray())
          .containsExactly(golden.floats("image_features"), offset(LOGIT_TOLERANCE));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossEqualsTransformers(GoldenCase golden) throws IOException {
    try (GemmaModel model = load(golden, DataType.FLOAT32);
        NDManager scope = model.newScope()) {
      NDArray hidden = hidden(model, golden, scope);
      GoldenCase.Targets targets = golden.targets();
      NDArray sum =
          model.lossSum(hidden, scope.create(targets.at()), scope.create(targets.tokens()), false);
      assertThat(sum.getFloat() / targets.at().length)
          .isCloseTo(golden.floats("loss")[0], offset(1e-5f));
    }
  }

  /** Rounding to bfloat16 moves our logits about as far as it moves theirs. */
  @ParameterizedTest
  @MethodSource("bfloat16Cases")
  void bfloat16IsAsNearToFloat32AsInTransformers(GoldenCase golden) throws IOException {
    float[] exact = golden.logitsAtCells("logits");
    double theirs = distance(golden.logitsAtCells("logits_bfloat16"), exact);
    try (GemmaModel model = load(golden, DataType.BFLOAT16)) {
      assertThat(distance(logits(model, golden), exact)).isLessThanOrEqualTo(1.1 * theirs);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void greedyTokensEqualTransformersWithoutCache(GoldenCase golden) throws IOException {
    try (GemmaModel model = load(golden, DataType.FLOAT32)) {
      assertThat(recomputed(model, golden)).isDeepEqualTo(expectedTokens(golden));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void greedyTokensEqualTransformersWithCacheInOneBatch(GoldenCase golden) throws IOException {
    try (GemmaModel model = load(golden, DataType.FLOAT32)) {
      assertThat(cached(model, golden)).isDeepEqualTo(expectedTokens(golden));
    }
  }

  private static GemmaModel load(GoldenCase golden, DataType type) throws IOException {
    return GemmaModel.load(golden.modelFolder(), Device.cpu(), type);
  }

  private static NDArray hidden(GemmaModel model, GoldenCase golden, NDManager scope) {
    TokenBatch batch = golden.batch(model.config());
    return model.hiddenStates(scope, batch, golden.imageFeatures(model, scope), false);
  }

  private static float[] logits(GemmaModel model, GoldenCase golden) {
    try (NDManager scope = model.newScope()) {
      NDArray logits = model.logits(hidden(model, golden, scope), scope.create(golden.cells()));
      return logits.toType(DataType.FLOAT32, false).toFloatArray();
    }
  }

  /** Root of the mean squared difference. */
  private static double distance(float[] values, float[] others) {
    assertThat(values).hasSameSizeAs(others);
    return Math.sqrt(
        IntStream.range(0, values.length)
            .mapToDouble(i -> Math.pow(values[i] - others[i], 2))
            .average()
            .orElseThrow());
  }

  private static long[][] expectedTokens(GoldenCase golden) {
    long[] tokens = golden.longs("greedy_tokens");
    return IntStream.range(0, golden.rows())
        .mapToObj(row -> Arrays.copyOfRange(tokens, row * NEW_TOKENS, (row + 1) * NEW_TOKENS))
        .toArray(long[][]::new);
  }

  /** Runs all rows anew for every token. */
  private static long[][] recomputed(GemmaModel model, GoldenCase golden) {
    List<int[]> rows = new ArrayList<>(golden.prompts());
    long[][] tokens = new long[rows.size()][NEW_TOKENS];
    for (int step = 0; step < NEW_TOKENS; step++) {
      try (NDManager scope = model.newScope()) {
        TokenBatch batch = golden.batch(rows, Padding.RIGHT, model.config());
        NDArray features = golden.imageFeatures(model, scope);
        long[] best = best(model, model.hiddenStates(scope, batch, features, false), batch, rows);
        for (int row = 0; row < rows.size(); row++) {
          tokens[row][step] = best[row];
          rows.set(row, extended(rows.get(row), (int) best[row]));
        }
      }
    }
    return tokens;
  }

  private static int[] extended(int[] row, int token) {
    int[] longer = Arrays.copyOf(row, row.length + 1);
    longer[row.length] = token;
    return longer;
  }

  private static long[] best(GemmaModel model, NDArray hidden, TokenBatch batch, List<int[]> rows) {
    long[] last =
        IntStream.range(0, rows.size())
            .mapToLong(row -> batch.cell(row, rows.get(row).length - 1))
            .toArray();
    return model.logits(hidden, hidden.getManager().create(last)).argMax(1).toLongArray();
  }

  /** Fills a cache from the prompts, padded on the left, and decodes one token a row and step. */
  private static long[][] cached(GemmaModel model, GoldenCase golden) {
    try (NDManager scope = model.newScope()) {
      List<int[]> prompts = golden.prompts();
      TokenBatch batch = golden.batch(prompts, Padding.LEFT, model.config());
      Prefill prefill =
          model.prefill(scope, batch, golden.imageFeatures(model, scope), 1, NEW_TOKENS);
      long[] best = best(model, prefill.hidden(), batch, prompts);
      long[][] tokens = new long[prompts.size()][NEW_TOKENS];
      for (int step = 0; step < NEW_TOKENS; step++) {
        for (int row = 0; row < best.length; row++) {
          tokens[row][step] = best[row];
        }
        best = model.decode(scope, best, prefill.cache()).argMax(1).toLongArray();
      }
      return tokens;
    }
  }
}
