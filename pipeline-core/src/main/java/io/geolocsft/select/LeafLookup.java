package io.geolocsft.select;

import io.geolocsft.geo.CellSystem;
import java.util.Arrays;
import java.util.Collection;
import java.util.OptionalLong;

/** Finds the leaf that a point lies in. */
public final class LeafLookup {

  private final CellSystem cells;
  private final long[] ids;
  private final int minLevel;
  private final int maxLevel;
  private final int fineLevel;

  /**
   * @param leaves ids of cells of which none holds another
   * @param fineLevel the level that the partition counted images at: H3's cells do not lie wholly
   *     inside their parents, so that only this way a point has the leaf that it was counted in
   */
  public LeafLookup(CellSystem cells, Collection<Long> leaves, int fineLevel) {
    this.cells = cells;
    this.fineLevel = fineLevel;
    ids = leaves.stream().mapToLong(Long::longValue).sorted().toArray();
    minLevel = Arrays.stream(ids).mapToInt(cells::level).min().orElse(0);
    maxLevel = Arrays.stream(ids).mapToInt(cells::level).max().orElse(0);
  }

  /** The leaf around a point in degrees; empty where no leaf is. */
  public OptionalLong leafAt(double lat, double lon) {
    long fine = cells.cellId(lat, lon, fineLevel);
    for (int level = minLevel; level <= maxLevel; level++) {
      long id = cells.parent(fine, level);
      if (Arrays.binarySearch(ids, id) >= 0) {
        return OptionalLong.of(id);
      }
    }
    return OptionalLong.empty();
  }
}
