package io.geolocsft.select;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Up to which key the images of a cell are among its first ones. Keys are evenly spread, so that a
 * cut-off lets through about as many images as it should, and a few more: that fewer come is as
 * good as impossible, and is noticed.
 */
public final class KeyCutoffs implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Standard deviations of a binomial count that are added. */
  private static final double SAFETY = 6;

  private final long[] cells;
  private final long[] cutoffs;

  private final KeyedOrder order;

  private KeyCutoffs(long[] cells, long[] cutoffs, KeyedOrder order) {
    this.cells = cells;
    this.cutoffs = cutoffs;
    this.order = order;
  }

  /**
   * Cut-offs by shares of keys.
   *
   * @param shares by cell, from 0 to 1
   */
  public static KeyCutoffs of(Map<Long, Double> shares, KeyedOrder order) {
    TreeMap<Long, Double> sorted = new TreeMap<>(shares);
    return new KeyCutoffs(
        sorted.keySet().stream().mapToLong(Long::longValue).toArray(),
        sorted.values().stream().mapToLong(KeyCutoffs::cutoff).toArray(),
        order);
  }

  /**
   * The share of keys below which so many images of a number of them lie, as good as certainly.
   *
   * @param wanted how many
   * @param count of how many
   */
  public static double share(long wanted, long count) {
    return wanted >= count
        ? 1
        : Math.min(1, (wanted + SAFETY * Math.sqrt(wanted) + SAFETY * SAFETY) / count);
  }

  private static long cutoff(double share) {
    return share >= 1 ? Long.MAX_VALUE : Long.MIN_VALUE + 2 * (long) (share * 0x1p63);
  }

  /**
   * Whether an image of a cell is among its first; none is of a cell without a cut-off.
   *
   * @param imageId in UTF-8
   */
  public boolean holds(long cell, byte[] imageId) {
    int found = Arrays.binarySearch(cells, cell);
    return found >= 0 && order.of(imageId) <= cutoffs[found];
  }
}
