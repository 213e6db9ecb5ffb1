package io.geolocsft.select;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Up to which key the images of a unit are among its first ones. Keys are evenly spread, so that a
 * cut-off lets through about as many images as it should, and a few more: that fewer come is as
 * good as impossible, and is noticed.
 */
public final class KeyCutoffs implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Standard deviations of a binomial count that are added. */
  private static final double SAFETY = 6;

  private final Map<String, OfCells> byStratum = new HashMap<>();
  private final KeyedOrder order;

  /** Of the cells of one stratum, sorted by id. */
  private record OfCells(long[] cells, long[] cutoffs) implements Serializable {}

  private KeyCutoffs(KeyedOrder order) {
    this.order = order;
  }

  /**
   * Cut-offs by shares of keys.
   *
   * @param shares from 0 to 1
   */
  public static KeyCutoffs of(Map<SamplingUnit, Double> shares, KeyedOrder order) {
    Map<String, TreeMap<Long, Double>> sorted = new HashMap<>();
    shares.forEach(
        (unit, share) ->
            sorted
                .computeIfAbsent(unit.stratum(), unused -> new TreeMap<>())
                .put(unit.cellId(), share));
    KeyCutoffs cutoffs = new KeyCutoffs(order);
    sorted.forEach(
        (stratum, cells) ->
            cutoffs.byStratum.put(
                stratum,
                new OfCells(
                    cells.keySet().stream().mapToLong(Long::longValue).toArray(),
                    cells.values().stream().mapToLong(KeyCutoffs::cutoff).toArray())));
    return cutoffs;
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
   * Whether an image is among the first of its unit; none is of a unit without a cut-off.
   *
   * @param imageId in UTF-8
   */
  public boolean holds(String stratum, long cell, byte[] imageId) {
    OfCells units = byStratum.get(stratum);
    int found = units == null ? -1 : Arrays.binarySearch(units.cells(), cell);
    return found >= 0 && order.of(imageId) <= units.cutoffs()[found];
  }
}
