package io.geolocsft.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.gemma.config.TextConfig;
import io.geolocsft.gemma.config.TextConfig.LayerType;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TestFlops {

  // Width 8, inner width 32, 2 heads of 4 over one of keys, window 3, 10 words.
  private static final Flops FLOPS =
      new Flops(
          new TextConfig(
              10,
              8,
              32,
              2,
              2,
              1,
              4,
              4,
              1e-6,
              3,
              List.of(LayerType.SLIDING_ATTENTION, LayerType.FULL_ATTENTION),
              1e6,
              1,
              1e4,
              OptionalDouble.empty()));

  /** Multiplications and additions, matrix by matrix. */
  @Test
  void aPassCountsEveryProduct() {
    double query = 2.0 * 8 * 8;
    double keyAndValue = 2.0 * 8 * 4 * 2;
    double output = 2.0 * 8 * 8;
    double feedForward = 2.0 * 3 * 8 * 32;
    double layer = query + keyAndValue + output + feedForward;
    // Five tokens see 1 to 5 keys in the global layer, and 1, 2 and three times 3 in the sliding
    // one; scores and sums of 2 heads of 4.
    double attention = 2 * (2.0 * 2 * 4) * (15 + 12);
    double head = 2.0 * 8 * 10;
    assertThat(FLOPS.forward(3, 5, 2))
        .isCloseTo(3 * (5 * 2 * layer + attention) + 2 * head, within(1e-6));
    assertThat(FLOPS.training(3, 5, 2))
        .isCloseTo(3 * (2 * 5 * 2 * layer + 3 * attention) + 2 * 2 * head, within(1e-6));
    // Two more tokens a row after those five: 6.5 keys on average, 3 in the window.
    double each = 2 * layer + 2 * (2.0 * 2 * 4) * (6.5 + 3) + head;
    assertThat(FLOPS.decoding(3, 5, 2))
        .isCloseTo(3 * 2 * each + FLOPS.forward(3, 5, 0), within(1e-6));
  }
}
