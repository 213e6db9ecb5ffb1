package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One model's answers for one benchmark under one convention, as columns. A row is an image, or all
 * images whose answers lie about equally far off, as a {@link Tally} has them; how many images a
 * row stands for is told by weights beside it.
 *
 * <p>A resample of the bootstrap is another weight for each row, so that a metric needs no sorting:
 * the order by distance is made once. See {@link WeightedOutcomes}.
 */
public final class Outcomes {

  /**
   * How answers were read.
   *
   * @param status as {@code parse_status} of the tables has it
   * @param missing whether there is no answer
   */
  record Reading(String status, boolean missing) {}

  /**
   * What a row tells.
   *
   * @param sideKm on the same side of every threshold as all of its distances; NaN where it tells
   *     none
   * @param nearKm the least of its distances
   * @param farKm the greatest; the same for an image
   * @param score mean GeoScore
   * @param reading how its answers were read; null where other rows tell it
   * @param areas in which areas its answers lie; null where other rows tell it
   */
  record Unit(
      double sideKm, double nearKm, double farKm, double score, Reading reading, AreaMatch areas) {

    /** What tells no distance. */
    static Unit of(Reading reading, AreaMatch areas) {
      return new Unit(Double.NaN, Double.NaN, Double.NaN, Double.NaN, reading, areas);
    }

    /** Mean distance between truth and answer, km. */
    double meanKm() {
      return nearKm + (farKm - nearKm) / 2;
    }
  }

  private final Unit[] units;
  private final int[] byDistance; // the rows that tell a distance, nearest first
  private final double[] meanKm; // in that order, as are scores
  private final double[] scores;
  private final Labels<Reading> readings;
  private final Labels<AreaMatch> areas;

  /**
   * What rows have in common.
   *
   * @param each of them once
   * @param ofRow its place among them; negative where a row has none
   */
  record Labels<T>(List<T> each, int[] ofRow) {

    static <T> Labels<T> of(Unit[] units, Function<Unit, T> label) {
      List<T> each = Stream.of(units).map(label).filter(Objects::nonNull).distinct().toList();
      return new Labels<>(
          each, Stream.of(units).mapToInt(unit -> each.indexOf(label.apply(unit))).toArray());
    }
  }

  Outcomes(List<Unit> rows) {
    units = rows.toArray(Unit[]::new);
    byDistance =
        Ints.toArray(
            IntStream.range(0, units.length)
                .filter(row -> !Double.isNaN(units[row].sideKm()))
                .boxed()
                .sorted(Comparator.comparingDouble(row -> units[row].sideKm()))
                .toList());
    meanKm = IntStream.of(byDistance).mapToDouble(row -> units[row].meanKm()).toArray();
    scores = IntStream.of(byDistance).mapToDouble(row -> units[row].score()).toArray();
    readings = Labels.of(units, Unit::reading);
    areas = Labels.of(units, Unit::areas);
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
    return new Outcomes(
        IntStream.range(0, rows)
            .mapToObj(row -> unit(convention, images.get(row), predictions.get(row)))
            .toList());
  }

  private static Unit unit(Convention convention, BenchmarkImage image, Prediction prediction) {
    double km = convention.distanceKm(image.truth(), prediction);
    boolean missing = prediction.isMissing();
    return new Unit(
        km,
        km,
        km,
        convention.score(km, missing),
        new Reading(prediction.status(), missing),
        Double.isNaN(km) ? AreaMatch.UNKNOWN : prediction.areas());
  }

  /** The same with how many images each row stands for. */
  public WeightedOutcomes weighted(double[] weights) {
    return new WeightedOutcomes(this, weights);
  }

  /** Number of rows, also of those that tell no distance. */
  public int rows() {
    return units.length;
  }

  /** Number of rows that tell a distance. */
  public int counted() {
    return byDistance.length;
  }

  /** Mean km between truth and answer; NaN where the convention drops the image. */
  public double distanceKm(int row) {
    return units[row].meanKm();
  }

  /** The row that counts with the {@code rank}-th smallest distance. */
  int nearest(int rank) {
    return byDistance[rank];
  }

  Unit unit(int rank) {
    return units[byDistance[rank]];
  }

  double meanKm(int rank) {
    return meanKm[rank];
  }

  double score(int rank) {
    return scores[rank];
  }

  Labels<Reading> readings() {
    return readings;
  }

  Labels<AreaMatch> areas() {
    return areas;
  }

  /**
   * Of images that count in both of two outcomes of the same images: on how many only these are
   * within a threshold, and on how many only the others.
   */
  DiscordantImages against(Outcomes others, Comparison comparison, double km) {
    long one = 0;
    long other = 0;
    for (int row = 0; row < units.length; row++) {
      double first = units[row].sideKm();
      double second = others.units[row].sideKm();
      if (!Double.isNaN(first) && !Double.isNaN(second)) {
        boolean within = comparison.within(first, km);
        boolean otherWithin = comparison.within(second, km);
        one += within && !otherWithin ? 1 : 0;
        other += otherWithin && !within ? 1 : 0;
      }
    }
    return new DiscordantImages(one, other);
  }

  /** Number of rows within a threshold: those of the first so many ranks. */
  int within(Comparison comparison, double km) {
    int low = 0;
    int high = counted();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (comparison.within(unit(middle).sideKm(), km)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
