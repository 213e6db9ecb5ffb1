package io.geolocsft.evaluate;

import io.geolocsft.geo.GeoPoint;
import java.util.Arrays;
import java.util.List;

/**
 * Answers that are yet to be counted by a {@link Tally}, listed by the numbers of their groups and
 * cells: some thousand slices of a partition fit into memory, of which most have few answers.
 */
public final class TallyPart {

  private static final int DIGIT = 11; // bits; two digits make a number

  private final AnswerBins bins;
  private final CellSums sums;
  private int[] numbers = new int[16];
  private int size;

  public TallyPart(AnswerBins bins) {
    this.bins = bins;
    this.sums = new CellSums(bins.count());
    if (Tally.GROUPS * bins.count() > 1 << 2 * DIGIT) {
      throw new IllegalStateException(bins.count() + " cells are too many to be sorted");
    }
  }

  /** Lists an image of a group, in [0, GROUPS), in several parts of the same bins. */
  public static void add(
      AnswerBins bins, int group, GeoPoint truth, Prediction prediction, List<TallyPart> parts) {
    AnswerBins.Cells cells = bins.of(truth, prediction);
    for (TallyPart part : parts) {
      part.add(group * bins.count() + cells.status());
      if (cells.areas() >= 0) {
        part.add(group * bins.count() + cells.areas());
      }
      if (cells.distance() >= 0) {
        part.add(group * bins.count() + cells.distance());
        part.sums.add(cells);
      }
    }
  }

  private void add(int number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
    }
    numbers[size++] = number;
  }

  /** How many numbers are listed. */
  public int size() {
    return size;
  }

  /** What {@link Tally#merge} reads. */
  public byte[] toBytes() {
    int[] sorted = sorted();
    int[] counts = new int[size];
    int distinct = 0;
    for (int i = 0; i < size; i++) {
      if (i == 0 || sorted[i] != sorted[distinct - 1]) {
        sorted[distinct++] = sorted[i];
      }
      counts[distinct - 1]++;
    }
    return Tally.bytes(bins, sorted, counts, distinct, sums);
  }

  private int[] sorted() {
    return byDigit(byDigit(numbers, 0), DIGIT);
  }

  /** A stable counting sort, several times as fast here as one that compares. */
  private int[] byDigit(int[] from, int shift) {
    int[] places = new int[(1 << DIGIT) + 1];
    for (int i = 0; i < size; i++) {
      places[(from[i] >>> shift & (1 << DIGIT) - 1) + 1]++;
    }
    for (int digit = 1; digit < places.length; digit++) {
      places[digit] += places[digit - 1];
    }
    int[] to = new int[size];
    for (int i = 0; i < size; i++) {
      to[places[from[i] >>> shift & (1 << DIGIT) - 1]++] = from[i];
    }
    return to;
  }
}
