package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TestSamplingStrategy {

  @Test
  void knownWeights() {
    assertThat(SamplingStrategy.of("geo_aware").imageWeight(16, 0.75)).isEqualTo(0.125);
    assertThat(SamplingStrategy.of("geo_aware").cellWeight(16, 0.75)).isEqualTo(2);
    assertThat(SamplingStrategy.of("square_root").cellWeight(16, 9)).isEqualTo(4);
    assertThat(SamplingStrategy.of("uniform").cellWeight(7, 0.75)).isCloseTo(1, within(1e-15));
    assertThat(SamplingStrategy.of("population").cellWeight(7, 0.75)).isEqualTo(7);
  }

  @Test
  void theOthersAreGeoAwareAtItsEnds() {
    for (long count = 1; count < 50; count++) {
      assertThat(SamplingStrategy.GEO_AWARE.cellWeight(count, 1))
          .isCloseTo(SamplingStrategy.UNIFORM.cellWeight(count, 9), within(1e-12));
      assertThat(SamplingStrategy.GEO_AWARE.cellWeight(count, 0))
          .isEqualTo(SamplingStrategy.POPULATION.cellWeight(count, 9));
    }
  }

  @Test
  void namesTheAllowedOnes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplingStrategy.of("random"))
        .withMessageContaining("geo_aware, square_root, uniform, population");
  }
}
