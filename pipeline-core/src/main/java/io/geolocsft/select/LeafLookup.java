package io.geolocsft.select;

import io.geolocsft.geo.CellSystem;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.OptionalLong;

/** Finds the leaf that a point lies in, by one search for the point's fine cell. */
public final class LeafLookup implements Serializable {

  private static final long serialVersionUID = 1L;

  private final CellSystem cells;
  private final int fineLevel;

  // Of each leaf the lowest and highest id among its fine cells, sorted by the lowest.
  private final long[] first;
  private final long[] last;
  private final long[] ids;

  /**
   * @param leaves ids of cells of which none holds another
   * @param fineLevel the level that the partition counted images at: H3's cells do not lie wholly
   *     inside their parents, so that only this way a point has the leaf that it was counted in
   */
  public LeafLookup(CellSystem cells, Collection<Long> leaves, int fineLevel) {
    this.cells = cells;
    this.fineLevel = fineLevel;
    first =
        leaves.stream().mapToLong(id -> cells.firstDescendant(id, fineLevel)).sorted().toArray();
    last = new long[first.length];
    ids = new long[first.length];
    for (long id : leaves) {
      int place = Arrays.binarySearch(first, cells.firstDescendant(id, fineLevel));
      ids[place] = id;
      last[place] = cells.lastDescendant(id, fineLevel);
    }
  }

  /** The leaf around a point in degrees; empty where no leaf is. */
  public OptionalLong leafAt(double lat, double lon) {
    return leafOf(cells.cellId(lat, lon, fineLevel));
  }

  /** The leaf that holds a cell of the fine level. */
  public OptionalLong leafOf(long fine) {
    int found = Arrays.binarySearch(first, fine);
    int place = found >= 0 ? found : -found - 2;
    return place >= 0 && fine <= last[place] ? OptionalLong.of(ids[place]) : OptionalLong.empty();
  }
}
