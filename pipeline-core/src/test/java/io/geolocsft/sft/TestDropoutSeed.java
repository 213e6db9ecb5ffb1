package io.geolocsft.sft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TestDropoutSeed {

  /** 64,000 numbers of 32 bits: by chance half a pair is equal. */
  @Test
  void runsStepsAndRanksThatLieSideBySideDropDifferentThings() {
    Set<Integer> seeds = new HashSet<>();
    for (long seed = 40; seed < 60; seed++) {
      for (int step = 0; step < 400; step++) {
        for (int rank = 0; rank < 8; rank++) {
          seeds.add(SftSteps.dropoutSeed(seed, step, rank));
        }
      }
    }
    assertThat(seeds).hasSizeGreaterThan(20 * 400 * 8 - 10);
  }
}
