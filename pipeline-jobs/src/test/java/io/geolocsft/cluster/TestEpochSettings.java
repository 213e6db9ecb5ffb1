package io.geolocsft.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.failure.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestEpochSettings {

  @ParameterizedTest
  @ValueSource(ints = {0, 9})
  void someExamplesMustBeHeldOut(int examples) {
    assertThatThrownBy(() -> new EpochSettings("grpo", 0.05, 4, 1, 1).check(examples))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "grpo.validation_share 0.05 of %d examples holds out 0, and there must be some on"
                + " either side: change it, or set it to 0",
            examples);
    new EpochSettings("grpo", 0.05, 4, 1, 1).check(10);
    new EpochSettings("sft", 0, 4, 1, 1).check(examples);
  }

  @Test
  void stepsMustBeCountable() {
    new EpochSettings("grpo", 0, 1, 1000, 100).check(20_000);
    assertThatThrownBy(() -> new EpochSettings("grpo", 0, 1, 1000, 100).check(30_000))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "over grpo.epochs 1000 with grpo.iterations 100 are 3000000000 steps");
  }
}
