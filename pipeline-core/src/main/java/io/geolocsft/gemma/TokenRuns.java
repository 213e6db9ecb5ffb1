package io.geolocsft.gemma;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** Further tokens of the rows of a cache, packed one run after the other. */
final class TokenRuns {

  private final long[][] runs;
  private final long[] ids;
  private final long[] positions;
  private final long[] owners;
  private final long[] slots;
  private final int longest;

  /**
   * Packs runs.
   *
   * @param runs the tokens of each row
   * @param firstPositions of the first token after each row's prompt
   * @param taken tokens that each row has had since
   * @param firstSlot of the first token after a prompt
   */
  TokenRuns(long[][] runs, long[] firstPositions, long[] taken, int firstSlot) {
    this.runs = runs;
    ids = Arrays.stream(runs).flatMapToLong(Arrays::stream).toArray();
    positions = new long[ids.length];
    owners = new long[ids.length];
    slots = new long[ids.length];
    longest = Arrays.stream(runs).mapToInt(run -> run.length).max().orElseThrow();
    int token = 0;
    for (int row = 0; row < runs.length; row++) {
      for (int i = 0; i < runs[row].length; i++, token++) {
        owners[token] = row;
        positions[token] = firstPositions[row] + taken[row] + i;
        slots[token] = firstSlot + taken[row] + i;
      }
    }
  }

  NDArray ids(NDManager scope) {
    return scope.create(ids, new Shape(ids.length, 1));
  }

  NDArray positions(NDManager scope) {
    return scope.create(positions, new Shape(ids.length, 1));
  }

  /** The greatest slot that a token goes into, rings not yet bent. */
  long lastSlot() {
    return Arrays.stream(slots).max().orElseThrow();
  }

  /** Whether every row has one token, all in the same slot: no layout is needed. */
  boolean isUniform() {
    return longest == 1 && Arrays.stream(slots).allMatch(slot -> slot == slots[0]);
  }

  /**
   * Where tokens lie: each token's row and slot; for each row and place within the longest run the
   * token there, any token behind a shorter run's end; each token's place among those; each row's
   * last token.
   */
  NDList layout(NDManager scope) {
    long[] cells = new long[runs.length * longest];
    long[] back = new long[ids.length];
    long[] last = new long[runs.length];
    int token = 0;
    for (int row = 0; row < runs.length; row++) {
      for (int i = 0; i < runs[row].length; i++, token++) {
        back[token] = (long) row * longest + i;
        cells[row * longest + i] = token;
      }
      last[row] = token - 1L;
    }
    return new NDList(
        scope.create(owners),
        scope.create(slots),
        scope.create(cells),
        scope.create(back),
        scope.create(last));
  }
}
