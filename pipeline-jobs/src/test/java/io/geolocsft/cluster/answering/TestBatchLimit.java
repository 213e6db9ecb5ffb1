package io.geolocsft.cluster.answering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import io.geolocsft.failure.ConfigException;
import org.junit.jupiter.api.Test;

class TestBatchLimit {

  @Test
  void imagesGoTogetherUpToTheBudget() {
    BatchLimit limit = new BatchLimit(100, 10);
    assertThat(limit.first(new int[] {40, 40, 1})).isEqualTo(2);
    assertThat(limit.first(new int[] {41, 40})).isEqualTo(1);
    assertThat(limit.first(new int[] {30, 30, 10, 1})).isEqualTo(3);
  }

  @Test
  void anImageAboveTheBudgetGoesAlone() {
    assertThat(new BatchLimit(100, 10).first(new int[] {500, 1})).isEqualTo(1);
  }

  @Test
  void withoutABudgetAllGoTogether() {
    assertThat(new BatchLimit(0, 1_000_000).first(new int[] {9_999, 9_999, 9_999})).isEqualTo(3);
  }

  @Test
  void halfAsManyGoTogetherWhereMemoryRanOut() {
    BatchLimit limit = new BatchLimit(0, 10);
    limit.lower(7, new EngineException("out of memory"));
    assertThat(limit.first(new int[7])).isEqualTo(3);
    limit.lower(3, new EngineException("out of memory"));
    assertThat(limit.first(new int[7])).isEqualTo(1);
    assertThatThrownBy(() -> limit.lower(1, new EngineException("CUDA out of memory")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("single image")
        .hasMessageContaining("infer.candidates");
  }
}
