package io.geolocsft.evaluate;

import io.geolocsft.geo.GeoPoint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One model's answers for any number of images, counted by distance, by status and by the group
 * that is drawn together. Shares, means and scores of it are exact; a quantile lies in the bin of
 * {@link DistanceBins} in which it lies among the images themselves.
 */
public final class Tally {

  /**
   * Groups into which authors, or images, fall. An interval's variance is known to about the root
   * of 2 / GROUPS of it, so its width to 2 %: less than 1,000 resamples leave open themselves.
   */
  public static final int GROUPS = 1024;

  /**
   * What was counted of one model.
   *
   * @param model its name
   * @param tally of one slice
   */
  public record OfModel(String model, Tally tally) {}

  private final AnswerBins bins;
  private final int[] counts; // [GROUPS, cells]
  private final CellSums sums;

  public Tally(AnswerBins bins) {
    this.bins = bins;
    this.counts = new int[GROUPS * bins.count()];
    this.sums = new CellSums(bins.count());
  }

  /** Counts an image of a group, in [0, GROUPS). */
  public void add(int group, GeoPoint truth, Prediction prediction) {
    AnswerBins.Cells cells = bins.of(truth, prediction);
    add(group, cells.status(), 1);
    if (cells.areas() >= 0) {
      add(group, cells.areas(), 1);
    }
    if (cells.distance() >= 0) {
      add(group, cells.distance(), 1);
      sums.add(cells);
    }
  }

  private void add(int group, int cell, int count) {
    int number = group * bins.count() + cell;
    counts[number] = Math.addExact(counts[number], count);
  }

  /** Adds what was counted elsewhere, under the same convention. */
  public void merge(byte[] other) {
    ByteBuffer in = ByteBuffer.wrap(other);
    List<String> statuses = new ArrayList<>();
    for (long left = Varints.get(in); left > 0; left--) {
      statuses.add(Varints.getText(in));
    }
    int number = 0;
    for (long left = Varints.get(in); left > 0; left--) {
      number += (int) Varints.get(in);
      int cell = bins.cellOf(number % bins.count(), statuses);
      add(number / bins.count(), cell, (int) Varints.get(in));
    }
    sums.merge(in);
  }

  /** The tally in short, for {@link #merge}. */
  public byte[] toBytes() {
    int[] numbers = new int[counts.length];
    int[] kept = new int[counts.length];
    int size = 0;
    for (int number = 0; number < counts.length; number++) {
      if (counts[number] > 0) {
        numbers[size] = number;
        kept[size++] = counts[number];
      }
    }
    return bytes(bins, numbers, kept, size, sums);
  }

  /**
   * What {@link #merge} reads.
   *
   * @param numbers of group and cell, increasing
   * @param counts of each
   * @param size how many there are
   */
  static byte[] bytes(AnswerBins bins, int[] numbers, int[] counts, int size, CellSums sums) {
    int texts = bins.statuses().stream().mapToInt(status -> 3 * status.length()).sum();
    int most = 2 + bins.statuses().size() + 2 * size + 3 * bins.count();
    ByteBuffer out = ByteBuffer.allocate(texts + most * Varints.MOST_BYTES);
    Varints.put(out, bins.statuses().size());
    bins.statuses().forEach(status -> Varints.put(out, status));
    Varints.put(out, size);
    int last = 0;
    for (int i = 0; i < size; i++) {
      Varints.put(out, numbers[i] - last);
      Varints.put(out, counts[i]);
      last = numbers[i];
    }
    sums.put(out);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** A figure of all that was counted. */
  public double value(Metric metric) {
    PoissonGroups groups = groups();
    return metric.value(outcomes(groups).weighted(groups.once()));
  }

  /** The groups to draw, with a row for each cell that has a count. */
  PoissonGroups groups() {
    return new PoissonGroups(counts, bins.count());
  }

  /** What the rows of {@link #groups} tell. */
  Outcomes outcomes(PoissonGroups groups) {
    double[] images = groups.once();
    List<Outcomes.Unit> units = new ArrayList<>();
    for (int row = 0; row < images.length; row++) {
      units.add(unit(groups.cell(row), images[row]));
    }
    return new Outcomes(units);
  }

  private Outcomes.Unit unit(int cell, double images) {
    if (!bins.isDistance(cell)) {
      return bins.unit(cell);
    }
    double near = bins.nearKm(cell);
    double far = bins.farKm(cell);
    double mean = near + sums.beyondKm(cell) / images;
    // As far around their mean as the bin allows on both sides.
    double half = Math.max(0, Math.min(mean - near, far - mean));
    return new Outcomes.Unit(
        near + (far - near) / 2, mean - half, mean + half, sums.score(cell) / images, null, null);
  }
}
