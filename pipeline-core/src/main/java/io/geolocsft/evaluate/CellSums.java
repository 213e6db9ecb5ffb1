package io.geolocsft.evaluate;

import java.nio.ByteBuffer;

/**
 * Sums of the distances and scores in each cell, in whole parts of a km and of a point, which add
 * up to the same in any order.
 */
final class CellSums {

  private final long[] beyond; // the nearest distance of the cell
  private final long[] score;

  CellSums(int cells) {
    beyond = new long[cells];
    score = new long[cells];
  }

  void add(AnswerBins.Cells cells) {
    beyond[cells.distance()] += cells.beyond();
    score[cells.distance()] += cells.score();
  }

  /** Distance beyond the cell's nearest, km. */
  double beyondKm(int cell) {
    return beyond[cell] / AnswerBins.KM_PARTS;
  }

  double score(int cell) {
    return score[cell] / AnswerBins.SCORE_PARTS;
  }

  void put(ByteBuffer out) {
    for (int cell = 0; cell < beyond.length; cell++) {
      if (beyond[cell] != 0 || score[cell] != 0) {
        Varints.put(out, cell + 1);
        Varints.put(out, beyond[cell]);
        Varints.put(out, score[cell]);
      }
    }
    Varints.put(out, 0);
  }

  /**
   * Adds what {@link #put} wrote.
   *
   * @throws ArithmeticException beyond 2^63 parts: some 10^10 images of one cell
   */
  void merge(ByteBuffer in) {
    for (int cell = (int) Varints.get(in); cell > 0; cell = (int) Varints.get(in)) {
      beyond[cell - 1] = Math.addExact(beyond[cell - 1], Varints.get(in));
      score[cell - 1] = Math.addExact(score[cell - 1], Varints.get(in));
    }
  }
}
