package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One model's answers for one benchmark under one convention, as columns of one row an image.
 *
 * <p>A resample of the bootstrap is a weight for each row, so a metric is one pass over the columns
 * and a quantile needs no sorting: the order by distance is made once.
 */
public final class Outcomes {

  private final double[] distanceKm; // NaN where the image is dropped
  private final double[] score; // NaN where the image is dropped
  private final boolean[] missing;
  private final boolean[] parseFailed;
  private final int[] byDistance; // the rows that count, nearest first

  private Outcomes(double[] distanceKm, double[] score, boolean[] missing, boolean[] parseFailed) {
    this.distanceKm = distanceKm;
    this.score = score;
    this.missing = missing;
    this.parseFailed = parseFailed;
    this.byDistance =
        Ints.toArray(
            IntStream.range(0, distanceKm.length)
                .filter(row -> !Double.isNaN(distanceKm[row]))
                .boxed()
                .sorted(Comparator.comparingDouble(row -> distanceKm[row]))
                .toList());
  }

  /**
   * Judges every image.
   *
   * @param images the whole benchmark
   * @param predictions the model's answers, in the order of the images; {@link Prediction#NONE}
   *     where it has none
   * @throws IllegalArgumentException if the two lists differ in length
   */
  public static Outcomes of(
      Convention convention, List<BenchmarkImage> images, List<Prediction> predictions) {
    int rows = images.size();
    checkArgument(
        rows == predictions.size(), "%s images, %s predictions", rows, predictions.size());
    double[] distanceKm = new double[rows];
    double[] score = new double[rows];
    boolean[] missing = new boolean[rows];
    boolean[] parseFailed = new boolean[rows];
    for (int row = 0; row < rows; row++) {
      Prediction prediction = predictions.get(row);
      Optional<Double> distance = convention.distanceKm(images.get(row), prediction);
      missing[row] = prediction.point().isEmpty();
      parseFailed[row] = prediction.parseFailed();
      distanceKm[row] = distance.orElse(Double.NaN);
      score[row] =
          missing[row] && convention.missing().rule() == MissingPrediction.Treatment.MISS
              ? 0
              : convention.geoScore().score(distanceKm[row]);
    }
    return new Outcomes(distanceKm, score, missing, parseFailed);
  }

  /** The same columns for some rows. */
  Outcomes subset(int[] rows) {
    double[] distances = Arrays.stream(rows).mapToDouble(row -> distanceKm[row]).toArray();
    double[] scores = Arrays.stream(rows).mapToDouble(row -> score[row]).toArray();
    boolean[] missings = new boolean[rows.length];
    boolean[] failures = new boolean[rows.length];
    for (int i = 0; i < rows.length; i++) {
      missings[i] = missing[rows[i]];
      failures[i] = parseFailed[rows[i]];
    }
    return new Outcomes(distances, scores, missings, failures);
  }

  /** Number of images, also of those that are dropped. */
  public int rows() {
    return distanceKm.length;
  }

  /** Number of images in the denominator of accuracy, errors and score. */
  public int counted() {
    return byDistance.length;
  }

  /** km between truth and answer; NaN where the convention drops the image. */
  public double distanceKm(int row) {
    return distanceKm[row];
  }

  /** The image's GeoScore; NaN where the convention drops the image. */
  public double score(int row) {
    return score[row];
  }

  boolean isMissing(int row) {
    return missing[row];
  }

  boolean parseFailed(int row) {
    return parseFailed[row];
  }

  /** The row that counts with the {@code rank}-th smallest distance. */
  int nearest(int rank) {
    return byDistance[rank];
  }
}
