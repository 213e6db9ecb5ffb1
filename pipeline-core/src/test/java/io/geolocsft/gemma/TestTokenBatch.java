package io.geolocsft.gemma;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.gemma.TokenBatch.Padding;
import java.util.List;
import java.util.stream.IntStream;
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

  @Test
  void whatRowsBeginWithStandsApart() {
    int[] shared = IntStream.rangeClosed(1, 40).toArray();
    int[] one = IntStream.concat(IntStream.of(shared), IntStream.of(9, 9, 50, 51)).toArray();
    int[] other = IntStream.concat(IntStream.of(shared), IntStream.of(9, 52)).toArray();
    List<int[]> rows = List.of(one, other);
    assertThat(TokenBatch.commonPrefix(rows, 9, 99)).as("an image ends it").isZero();
    assertThat(TokenBatch.commonPrefix(rows, -1, 39)).as("the limit").isEqualTo(39);
    assertThat(TokenBatch.commonPrefix(rows, -1, 20)).as("too short to pay").isZero();
    assertThat(TokenBatch.commonPrefix(List.of(one), -1, 40)).as("nothing to share").isZero();
    TokenBatch batch = TokenBatch.of(rows, Padding.LEFT, -1, 40);
    assertThat(batch.prefix()).isEqualTo(shared);
    assertThat(batch.length()).isEqualTo(4);
    assertThat(batch.ids()).containsExactly(9, 9, 50, 51, 0, 0, 9, 52);
    assertThat(batch.positions()).containsExactly(40, 41, 42, 43, 0, 0, 40, 41);
    assertThat(batch.cell(1, 41)).isEqualTo(7);
  }
}
