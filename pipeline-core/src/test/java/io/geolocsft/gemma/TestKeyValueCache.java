package io.geolocsft.gemma;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.geolocsft.gemma.GemmaModel.Prefill;
import io.geolocsft.gemma.TokenBatch.Padding;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestKeyValueCache {

  private static final int NEW_TOKENS = 3;

  /** Prompts are longer than the window of sliding layers. */
  @ParameterizedTest
  @CsvSource({"0, 1", "0, 4", "40, 4"})
  void bytesAreThoseOfTheArrays(int shared, int candidates) {
    int[] first = new Random(1).ints(50, 1, 30).toArray();
    int[] second = first.clone();
    second[45] = 31;
    try (GemmaModel model = SmallGemma.random(3);
        NDManager scope = model.newScope()) {
      TokenBatch batch =
          TokenBatch.of(
              List.of(first, second), Padding.LEFT, model.config().imageTokenId(), shared);
      try (Prefill prefill = model.prefill(scope, batch, null, candidates, NEW_TOKENS, 1)) {
        long bytes = bytes(prefill.cache(), "fixed") + bytes(prefill.cache(), "grown");
        long calculated =
            KeyValueCache.bytes(
                model.config().text(),
                model.type(),
                2,
                shared,
                50 - shared,
                candidates,
                NEW_TOKENS);
        if (candidates > 1) {
          assertThat(calculated).isEqualTo(bytes);
        } else {
          assertThat(calculated).as("a sliding layer keeps its window alone").isGreaterThan(bytes);
        }
      }
    }
  }

  private static long bytes(KeyValueCache cache, String field) {
    return Stream.of(
            assertThat(cache)
                .extracting(field, InstanceOfAssertFactories.list(NDArray.class))
                .actual()
                .toArray(NDArray[]::new))
        .mapToLong(array -> array.size() * Float.BYTES)
        .sum();
  }
}
