package io.geolocsft.gemma;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.TokenBatch.Padding;
import io.geolocsft.parity.GoldenFile;
import io.geolocsft.parity.ModelOutputs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tokens without a cache of keys and values; TestParityCheck compares everything else. The files
 * are made by src/test/python/make_goldens.py.
 */
class TestGemmaGoldens {

  static List<GoldenCase> cases() {
    List<GoldenCase> cases = GoldenCase.all();
    assertThat(cases).hasSize(9);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void greedyTokensEqualTransformersWithoutCache(GoldenCase golden) throws IOException {
    GoldenFile file = golden.open();
    try (GemmaModel model = GemmaModel.load(golden.modelFolder(), Device.cpu(), DataType.FLOAT32)) {
      assertThat(recomputed(model, file)).isEqualTo(file.longs("greedy_tokens"));
    }
  }

  /** Runs all rows anew for every token. */
  private static long[] recomputed(GemmaModel model, GoldenFile golden) throws IOException {
    List<int[]> rows = new ArrayList<>(golden.prompts());
    int count = golden.newTokens();
    long[] tokens = new long[rows.size() * count];
    for (int step = 0; step < count; step++) {
      try (NDManager scope = model.newScope()) {
        TokenBatch batch = golden.batch(rows, Padding.RIGHT);
        NDArray features = new ModelOutputs(model, golden).imageFeatures(scope);
        long[] best = best(model, model.hiddenStates(scope, batch, features, false), batch, rows);
        for (int row = 0; row < rows.size(); row++) {
          tokens[row * count + step] = best[row];
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
}
