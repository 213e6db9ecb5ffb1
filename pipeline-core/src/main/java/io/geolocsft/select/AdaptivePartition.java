package io.geolocsft.select;

import io.geolocsft.geo.CellSystem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Earth cut into cells that hold about as many images each, as PlaNet (Weyand et al. 2016) and ISNs
 * (Müller-Budack et al. 2018) do: a cell is split while it holds more than {@code max} images, and
 * a leaf with fewer than {@code min} is dropped. It works on counts by fine cell alone, never on
 * images. Where the counts are of a level coarser than the finest that is allowed, some cells may
 * be left {@link #open}: counts of their images by finer cells {@link #refine} the partition.
 */
public final class AdaptivePartition {

  private static final Comparator<Leaf> BY_ID = Comparator.comparingLong(Leaf::cellId);

  private final CellSystem cells;
  private final LeafLimits limits;
  private final List<Leaf> leaves = new ArrayList<>();
  private final List<Leaf> dropped = new ArrayList<>();
  private final List<Leaf> open = new ArrayList<>();

  private AdaptivePartition(CellSystem cells, LeafLimits limits) {
    this.cells = cells;
    this.limits = limits;
  }

  /**
   * When cells are split and dropped.
   *
   * @param minLevel level of the cells to start with
   * @param maxLevel cells of this level are never split
   * @param minImages a leaf with fewer is dropped
   * @param maxImages a cell with more is split
   */
  public record LeafLimits(int minLevel, int maxLevel, long minImages, long maxImages) {

    public LeafLimits {
      if (minLevel < 0 || minLevel > maxLevel) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "The levels %d to %d are not in order", minLevel, maxLevel));
      }
      if (minImages < 0 || minImages > maxImages) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "A cell of %d images would be too small and one of %d too large",
                minImages,
                maxImages));
      }
    }
  }

  /**
   * Cuts Earth.
   *
   * @param counts of all images, by cells of a level from the limits' {@code minLevel} to {@code
   *     maxLevel}
   */
  public static AdaptivePartition of(CellSystem cells, CellCounts counts, LeafLimits limits) {
    if (counts.level() < limits.minLevel() || counts.level() > limits.maxLevel()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Counts of level %d for the levels %d to %d",
              counts.level(),
              limits.minLevel(),
              limits.maxLevel()));
    }
    AdaptivePartition partition = new AdaptivePartition(cells, limits);
    partition.split(counts, 0, counts.cells(), limits.minLevel());
    return partition;
  }

  /**
   * Splits the open cells.
   *
   * @param counts of the images in the open cells, by cells of a finer level; others are left out
   */
  public AdaptivePartition refine(CellCounts counts) {
    AdaptivePartition refined = new AdaptivePartition(cells, limits);
    refined.leaves.addAll(leaves);
    refined.dropped.addAll(dropped);
    for (Leaf cell : open) {
      if (counts.level() <= cell.level() || counts.level() > limits.maxLevel()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Counts of level %d cannot split a cell of level %d",
                counts.level(),
                cell.level()));
      }
      int from = counts.firstFrom(cells.firstDescendant(cell.cellId(), counts.level()));
      int to = counts.firstAbove(cells.lastDescendant(cell.cellId(), counts.level()), from);
      refined.split(counts, from, to, cell.level() + 1);
    }
    return refined;
  }

  /** Goes through the cells of a level among some of the counts. */
  private void split(CellCounts counts, int from, int to, int level) {
    int begin = from;
    while (begin < to) {
      long id = cells.parent(counts.id(begin), level);
      int end = counts.firstAbove(cells.lastDescendant(id, counts.level()), begin);
      place(counts, begin, end, new Leaf(id, level, counts.images(begin, end)));
      begin = end;
    }
  }

  private void place(CellCounts counts, int from, int to, Leaf cell) {
    if (cell.count() <= limits.maxImages() || cell.level() == limits.maxLevel()) {
      (cell.count() < limits.minImages() ? dropped : leaves).add(cell);
    } else if (cell.level() == counts.level()) {
      open.add(cell);
    } else {
      split(counts, from, to, cell.level() + 1);
    }
  }

  /** The cells that are kept, by id. */
  public List<Leaf> leaves() {
    return sorted(leaves);
  }

  /** The cells with too few images, by id. */
  public List<Leaf> dropped() {
    return sorted(dropped);
  }

  /** The cells that must be split, but whose counts are not known by finer cells, by id. */
  public List<Leaf> open() {
    return sorted(open);
  }

  private static List<Leaf> sorted(List<Leaf> leaves) {
    return leaves.stream().sorted(BY_ID).toList();
  }
}
