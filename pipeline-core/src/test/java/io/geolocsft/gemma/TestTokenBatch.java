package io.geolocsft.gemma;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.gemma.TokenBatch.Padding;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestTokenBatch {

  private static final int IMAGE = 9;
  private static final List<int[]> ROWS =
      List.of(new int[] {2, 9, 9, 5, 9, 9, 6}, new int[] {2, 9, 9});

  @Test
  void rightPaddingKeepsTheStarts() {
    TokenBatch batch = TokenBatch.of(ROWS, Padding.RIGHT, IMAGE);
    assertThat(batch.rows()).isEqualTo(2);
    assertThat(batch.length()).isEqualTo(7);
    assertThat(batch.ids()).containsExactly(2, 0, 0, 5, 0, 0, 6, 2, 0, 0, 0, 0, 0, 0);
    assertThat(batch.positions()).containsExactly(0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 0, 0, 0, 0);
    assertThat(batch.block()).containsExactly(0, 1, 1, 0, 2, 2, 0, 0, 1, 1, 0, 0, 0, 0);
    assertThat(batch.imageTokens()).containsExactly(1, 2, 4, 5, 8, 9);
    assertThat(batch.valid())
        .containsExactly(
            true, true, true, true, true, true, true, true, true, true, false, false, false, false);
    assertThat(batch.cell(1, 2)).isEqualTo(9);
  }

  @Test
  void leftPaddingKeepsTheEnds() {
    TokenBatch batch = TokenBatch.of(ROWS, Padding.LEFT, IMAGE);
    assertThat(batch.ids()).containsExactly(2, 0, 0, 5, 0, 0, 6, 0, 0, 0, 0, 2, 0, 0);
    assertThat(batch.positions()).containsExactly(0, 1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 1, 2);
    assertThat(batch.block()).containsExactly(0, 1, 1, 0, 2, 2, 0, 0, 0, 0, 0, 0, 1, 1);
    assertThat(batch.imageTokens()).containsExactly(1, 2, 4, 5, 12, 13);
    assertThat(batch.cell(0, 3)).isEqualTo(3);
    assertThat(batch.cell(1, 2)).isEqualTo(13);
  }

  @Test
  void noRowsMakeAnEmptyBatch() {
    TokenBatch batch = TokenBatch.of(List.of(), Padding.LEFT, IMAGE);
    assertThat(batch.rows()).isZero();
    assertThat(batch.ids()).isEmpty();
  }
}
