package io.geolocsft.select;

import io.geolocsft.geo.CellSystem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Earth cut into cells that hold about as many images each, as PlaNet (Weyand et al. 2016) and ISNs
 * (Müller-Budack et al. 2018) do: a cell is split while it holds more than {@code max} images, and
 * a leaf with fewer than {@code min} is dropped. It works on counts by fine cell alone, never on
 * images.
 */
public final class AdaptivePartition {

  private static final Comparator<Leaf> BY_ID = Comparator.comparingLong(Leaf::cellId);

  private final List<Leaf> leaves;
  private final List<Leaf> dropped;

  private AdaptivePartition(List<Leaf> leaves, List<Leaf> dropped) {
    this.leaves = leaves.stream().sorted(BY_ID).toList();
    this.dropped = dropped.stream().sorted(BY_ID).toList();
  }

  /**
   * When cells are split and dropped.
   *
   * @param minLevel level of the cells to start with
   * @param maxLevel cells of this level are never split
   * @param minImages a leaf with fewer is dropped
   * @param maxImages a cell with more is split
   */
  public record Limits(int minLevel, int maxLevel, long minImages, long maxImages) {

    public Limits {
      if (minLevel < 0 || minLevel > maxLevel) {
        throw new IllegalArgumentException(
            "The levels %d to %d are not in order".formatted(minLevel, maxLevel));
      }
      if (minImages < 0 || minImages > maxImages) {
        throw new IllegalArgumentException(
            "A cell of %d images would be too small and one of %d too large"
                .formatted(minImages, maxImages));
      }
    }
  }

  /**
   * Cuts Earth.
   *
   * @param counts how many images lie in each cell of the limits' {@code maxLevel}
   */
  public static AdaptivePartition of(CellSystem cells, Map<Long, Long> counts, Limits limits) {
    List<Leaf> leaves = new ArrayList<>();
    List<Leaf> dropped = new ArrayList<>();
    Map<Long, Long> open = new TreeMap<>(counts);
    for (int level = limits.minLevel(); !open.isEmpty(); level++) {
      Map<Long, Long> sums = sums(cells, open, level);
      for (Map.Entry<Long, Long> cell : sums.entrySet()) {
        if (isLeaf(cell.getValue(), level, limits)) {
          Leaf leaf = new Leaf(cell.getKey(), level, cell.getValue());
          (leaf.count() < limits.minImages() ? dropped : leaves).add(leaf);
        }
      }
      int here = level;
      open.keySet().removeIf(fine -> isLeaf(sums.get(cells.parent(fine, here)), here, limits));
    }
    return new AdaptivePartition(leaves, dropped);
  }

  private static boolean isLeaf(long count, int level, Limits limits) {
    return count <= limits.maxImages() || level == limits.maxLevel();
  }

  private static Map<Long, Long> sums(CellSystem cells, Map<Long, Long> fine, int level) {
    Map<Long, Long> sums = new HashMap<>();
    fine.forEach((id, count) -> sums.merge(cells.parent(id, level), count, Long::sum));
    return sums;
  }

  /** The cells that are kept, by id. */
  public List<Leaf> leaves() {
    return leaves;
  }

  /** The cells with too few images, by id. */
  public List<Leaf> dropped() {
    return dropped;
  }
}
