package io.geolocsft.select;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Shares a number of seats among cells in proportion to weights, by largest remainders (Hamilton's
 * method). No cell gets more than it can fill; what it cannot take goes to the others, again in
 * proportion.
 */
public final class Apportionment {

  private Apportionment() {}

  /**
   * The seats of each cell.
   *
   * @param seats how many to share
   * @param weights one a cell, each positive and finite
   * @param capacities the most that each cell can take, not negative
   * @return one number a cell; they add up to {@code seats} exactly
   * @throws IllegalArgumentException if the capacities together are less than {@code seats}
   */
  public static long[] of(long seats, double[] weights, long[] capacities) {
    check(seats, weights, capacities);
    long[] shares = new long[weights.length];
    boolean[] full = new boolean[weights.length];
    long left = fill(seats, weights, capacities, shares, full);
    double total = openWeight(weights, full);
    double[] remainders = new double[weights.length];
    long rest = left;
    for (int i = 0; i < weights.length; i++) {
      if (!full[i]) {
        double exact = left * (weights[i] / total);
        shares[i] = (long) Math.min(Math.floor(exact), capacities[i]);
        remainders[i] = exact - shares[i];
        rest -= shares[i];
      }
    }
    giveRest(rest, remainders, capacities, shares);
    return shares;
  }

  private static void check(long seats, double[] weights, long[] capacities) {
    if (weights.length != capacities.length) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d weights for %d cells", weights.length, capacities.length));
    }
    for (double weight : weights) {
      if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("The weight %s is not positive".formatted(weight));
      }
    }
    long room = Arrays.stream(capacities).sum();
    if (seats < 0 || seats > room) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Cannot choose %d of %d images", seats, room));
    }
  }

  /** Fills every cell whose share is at least what it can take; returns what is left to share. */
  private static long fill(
      long seats, double[] weights, long[] capacities, long[] shares, boolean[] full) {
    long left = seats;
    for (boolean changed = true; changed; ) {
      changed = false;
      double total = openWeight(weights, full);
      long round = left;
      for (int i = 0; i < weights.length; i++) {
        if (!full[i] && round * (weights[i] / total) >= capacities[i]) {
          full[i] = true;
          shares[i] = capacities[i];
          left -= capacities[i];
          changed = true;
        }
      }
    }
    return left;
  }

  private static double openWeight(double[] weights, boolean[] full) {
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      total += full[i] ? 0 : weights[i];
    }
    return total;
  }

  /** One seat each by the largest remainder. */
  private static void giveRest(long rest, double[] remainders, long[] capacities, long[] shares) {
    // More than one round only if rounding has eaten a whole seat.
    while (rest > 0) {
      int[] open =
          IntStream.range(0, shares.length)
              .filter(i -> shares[i] < capacities[i])
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -remainders[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      int[] given = rest < open.length ? largest((int) rest, open, remainders) : open;
      for (int cell : given) {
        shares[cell]++;
      }
      rest -= given.length;
    }
  }

  /**
   * The first of the sorted cells; of those that tie for the last seats, evenly spaced ones. Cells
   * are in the order of their ids, which follows a curve over Earth: the first ones would all lie
   * on one side of it. Spatially balanced designs do the same (Stevens and Olsen 2004, GRTS).
   */
  private static int[] largest(int seats, int[] sorted, double[] remainders) {
    double last = remainders[sorted[seats - 1]];
    int[] above = Arrays.stream(sorted).filter(i -> remainders[i] > last).toArray();
    int[] tied = Arrays.stream(sorted).filter(i -> remainders[i] == last).toArray();
    int left = seats - above.length;
    IntStream spaced =
        IntStream.range(0, left).map(i -> tied[(int) ((2L * i + 1) * tied.length / (2L * left))]);
    return IntStream.concat(Arrays.stream(above), spaced).toArray();
  }
}
