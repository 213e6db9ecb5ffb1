package io.geolocsft.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.gemma.TextConfig;
import io.geolocsft.gemma.TextConfig.LayerType;
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
    // Five tokens see 1 to 5 keys, 3 on average; scores and sums of 2 heads of 4.
    double attention = 2 * (2.0 * 2 * 4) * 3;
    double head = 2.0 * 8 * 10;
    assertThat(FLOPS.forward(3, 5, 2)).isEqualTo(3 * 5 * 2 * (layer + attention) + 2 * head);
    assertThat(FLOPS.training(3, 5, 2)).isEqualTo(2 * FLOPS.forward(3, 5, 2));
  }

  @Test
  void slidingLayersSeeTheirWindow() {
    double global = 4.0 * 2 * 4 * 50.5;
    double local = 4.0 * 2 * 4 * 3;
    double matrices = FLOPS.forward(1, 1, 0) - 2 * 4.0 * 2 * 4;
    assertThat(FLOPS.forward(1, 100, 0)).isCloseTo(100 * (matrices + global + local), within(1e-6));
  }

  @Test
  void decodingMakesLogitsForEveryToken() {
    double one = FLOPS.forward(1, 1, 1) - 2 * 4.0 * 2 * 4;
    double attention = 4.0 * 2 * 4 * (10 + 3);
    assertThat(FLOPS.decoding(4, 8, 4)).isCloseTo(16 * (one + attention), within(1e-6));
  }
}
