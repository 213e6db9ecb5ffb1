package io.geolocsft.evaluate;

import io.geolocsft.geo.GeoPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an answer is counted: in the cell of its distance, in that of its status, and in that of
 * its areas. A convention that gives every image without an answer one distance has a cell of just
 * that.
 */
public final class AnswerBins {

  /** Parts of a km and of a score in which sums are kept. */
  static final double KM_PARTS = 1 << 30;

  static final double SCORE_PARTS = 1 << 20;

  /** More ways to read an answer are refused; there are about ten. */
  private static final int MOST_STATUSES = 64;

  /**
   * An answer's cells.
   *
   * @param distance cell; negative where the convention drops the image
   * @param beyond the distance beyond the cell's nearest, in {@link #KM_PARTS}
   * @param score in {@link #SCORE_PARTS}
   * @param status cell
   * @param areas cell; negative where nothing is known of them
   */
  record Cells(int distance, long beyond, long score, int status, int areas) {}

  private final Convention convention;
  private final DistanceBins bins;
  private final double missingKm; // of every image without an answer; NaN if it depends
  private final List<String> statuses = new ArrayList<>();

  public AnswerBins(Convention convention) {
    this.convention = convention;
    this.bins = DistanceBins.of(convention.thresholdsKm(), convention.comparison());
    this.missingKm =
        convention.missing().rule() == MissingPrediction.Treatment.NULL_ISLAND
            ? Double.NaN
            : convention.distanceKm(new GeoPoint(0, 0), Prediction.NONE);
  }

  Cells of(GeoPoint truth, Prediction prediction) {
    boolean missing = prediction.isMissing();
    int status = bins.count() + 1 + 2 * code(prediction.status()) + (missing ? 1 : 0);
    double km =
        missing && !Double.isNaN(missingKm) ? missingKm : convention.distanceKm(truth, prediction);
    if (Double.isNaN(km)) {
      return new Cells(-1, 0, 0, status, -1);
    }
    int cell = missing && !Double.isNaN(missingKm) ? bins.count() : bins.of(km);
    return new Cells(
        cell,
        (long) ((km - nearKm(cell)) * KM_PARTS),
        (long) Math.rint(convention.score(km, missing) * SCORE_PARTS),
        status,
        prediction.areas().equals(AreaMatch.UNKNOWN)
            ? -1
            : firstOfAreas() + prediction.areas().code());
  }

  /** Number of cells that there can be. */
  int count() {
    return firstOfAreas() + AreaMatch.COUNT;
  }

  /** After the bins, the cell of missing answers, and those of statuses with and without one. */
  private int firstOfAreas() {
    return bins.count() + 1 + 2 * MOST_STATUSES;
  }

  boolean isDistance(int cell) {
    return cell <= bins.count();
  }

  double nearKm(int cell) {
    return cell == bins.count() ? missingKm : bins.nearKm(cell);
  }

  double farKm(int cell) {
    return cell == bins.count() ? missingKm : bins.farKm(cell);
  }

  /** What a cell counts that is not one of distance. */
  Outcomes.Unit unit(int cell) {
    if (cell >= firstOfAreas()) {
      return Outcomes.Unit.of(null, AreaMatch.ofCode(cell - firstOfAreas()));
    }
    int above = cell - bins.count() - 1;
    return Outcomes.Unit.of(new Outcomes.Reading(statuses.get(above / 2), above % 2 == 1), null);
  }

  /** The statuses so far, in the order of their cells. */
  List<String> statuses() {
    return List.copyOf(statuses);
  }

  /** The cell here of one that others counted, whose statuses may be in another order. */
  int cellOf(int cell, List<String> others) {
    if (isDistance(cell) || cell >= firstOfAreas()) {
      return cell;
    }
    int above = cell - bins.count() - 1;
    return bins.count() + 1 + 2 * code(others.get(above / 2)) + above % 2;
  }

  private int code(String status) {
    int code = statuses.indexOf(status);
    if (code >= 0) {
      return code;
    }
    if (statuses.size() == MOST_STATUSES) {
      throw new IllegalArgumentException(
          "There are more than %s statuses of answers: %s".formatted(MOST_STATUSES, statuses));
    }
    statuses.add(status);
    return statuses.size() - 1;
  }
}
