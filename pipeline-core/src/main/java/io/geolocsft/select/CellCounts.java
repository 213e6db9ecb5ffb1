package io.geolocsft.select;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** How many images lie in each of a set of cells of one level, in two arrays sorted by id. */
public final class CellCounts {

  private final int level;
  private final long[] ids;

  /** {@code sums[i]} images lie in the first {@code i} cells. */
  private final long[] sums;

  private CellCounts(int level, long[] ids, long[] sums) {
    this.level = level;
    this.ids = ids;
    this.sums = sums;
  }

  /**
   * Counts from parts.
   *
   * @param level of all cells
   * @param parts each an id and its count in turn; an id stands in one place only
   * @throws IllegalArgumentException if an id stands twice
   */
  public static CellCounts of(int level, List<long[]> parts) {
    int cells = parts.stream().mapToInt(part -> part.length / 2).sum();
    long[] ids = new long[cells];
    int at = 0;
    for (long[] part : parts) {
      for (int i = 0; i < part.length; i += 2) {
        ids[at++] = part[i];
      }
    }
    Arrays.sort(ids);
    long[] sums = new long[cells + 1];
    for (long[] part : parts) {
      for (int i = 0; i < part.length; i += 2) {
        int place = Arrays.binarySearch(ids, part[i]) + 1;
        if (sums[place] != 0) {
          throw new IllegalArgumentException(
              String.format(Locale.ROOT, "The cell %d is counted twice", part[i]));
        }
        sums[place] = part[i + 1];
      }
    }
    Arrays.parallelPrefix(sums, Long::sum);
    return new CellCounts(level, ids, sums);
  }

  /** Counts from a map. */
  public static CellCounts of(int level, Map<Long, Long> counts) {
    long[] flat =
        new TreeMap<>(counts)
            .entrySet().stream()
                .flatMapToLong(cell -> LongStream.of(cell.getKey(), cell.getValue()))
                .toArray();
    return of(level, List.of(flat));
  }

  int level() {
    return level;
  }

  /** How many cells there are. */
  public int cells() {
    return ids.length;
  }

  /** How many images there are. */
  public long images() {
    return sums[ids.length];
  }

  long id(int cell) {
    return ids[cell];
  }

  long images(int from, int to) {
    return sums[to] - sums[from];
  }

  /** The first cell from {@code from} on whose id is above that. */
  int firstAbove(long id, int from) {
    int found = Arrays.binarySearch(ids, from, ids.length, id);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** The first cell whose id is not below that. */
  int firstFrom(long id) {
    int found = Arrays.binarySearch(ids, id);
    return found >= 0 ? found : -found - 1;
  }
}
