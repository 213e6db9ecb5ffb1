package io.geolocsft.evaluate;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The bootstrap of any number of images: each group of them is drawn as often as Poisson's
 * distribution of mean 1 says, which is what drawing with replacement comes to where groups are
 * many. How often depends on the seed, the resample and the group alone, so that two models are
 * drawn alike wherever their images are counted.
 */
final class PoissonGroups implements Resampling {

  /** Resamples that are made at once, so that their sums stay in the processor's cache. */
  private static final int BLOCK = 64;

  /** P(at most k) for a mean of 1; the chance of more is below that of any draw here. */
  private static final double[] AT_MOST = new double[16];

  static {
    double chance = 1 / Math.E;
    double sum = 0;
    for (int k = 0; k < AT_MOST.length; k++) {
      sum += chance;
      AT_MOST[k] = sum;
      chance /= k + 1;
    }
  }

  private final int[] cells; // of each row
  private final int[] begins; // of each group among rows and counts, then their end
  private final int[] rows;
  private final int[] counts;

  /**
   * Keeps the counts that are not zero.
   *
   * @param table counts {@code [groups, width]} by group and cell
   */
  PoissonGroups(int[] table, int width) {
    boolean[] counted = new boolean[width];
    int size = 0;
    for (int number = 0; number < table.length; number++) {
      if (table[number] > 0) {
        counted[number % width] = true;
        size++;
      }
    }
    cells = IntStream.range(0, width).filter(cell -> counted[cell]).toArray();
    begins = new int[table.length / width + 1];
    rows = new int[size];
    counts = new int[size];
    int next = 0;
    for (int group = 0; group + 1 < begins.length; group++) {
      for (int row = 0; row < cells.length; row++) {
        int count = table[group * width + cells[row]];
        if (count > 0) {
          rows[next] = row;
          counts[next++] = count;
        }
      }
      begins[group + 1] = next;
    }
  }

  /** The cell that a row counts. */
  int cell(int row) {
    return cells[row];
  }

  @Override
  public String label() {
    return "poisson";
  }

  @Override
  public double[] once() {
    double[] sums = new double[cells.length];
    for (int i = 0; i < rows.length; i++) {
      sums[rows[i]] += counts[i];
    }
    return sums;
  }

  @Override
  public void resample(long seed, int samples, Draws draws) {
    double[] weights = new double[cells.length];
    double[] sums = new double[cells.length * BLOCK];
    for (int first = 0; first < samples; first += BLOCK) {
      sum(seed, first, sums);
      for (int i = 0; i < BLOCK && first + i < samples; i++) {
        for (int row = 0; row < weights.length; row++) {
          weights[row] = sums[row * BLOCK + i];
        }
        draws.take(first + i, weights);
      }
    }
  }

  /** Into {@code sums[rows, BLOCK]}. */
  private void sum(long seed, int first, double[] sums) {
    Arrays.fill(sums, 0);
    double[] times = new double[BLOCK];
    for (int group = 0; group + 1 < begins.length; group++) {
      if (begins[group] == begins[group + 1]) {
        continue;
      }
      for (int i = 0; i < BLOCK; i++) {
        times[i] = times(seed, first + i, group);
      }
      for (int i = begins[group]; i < begins[group + 1]; i++) {
        add(sums, rows[i] * BLOCK, counts[i], times);
      }
    }
  }

  private static void add(double[] sums, int offset, double count, double[] times) {
    for (int i = 0; i < BLOCK; i++) {
      sums[offset + i] += count * times[i];
    }
  }

  /** How often a resample draws a group. */
  static int times(long seed, int sample, int group) {
    double chance = (mixed(seed + mixed((long) group << 32 | sample)) >>> 11) * 0x1p-53;
    int times = 0;
    while (times < AT_MOST.length && chance >= AT_MOST[times]) {
      times++;
    }
    return times;
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014), after one step of its sequence. */
  private static long mixed(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
