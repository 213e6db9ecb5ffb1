package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.geometry.S2CellId;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.select.AdaptivePartition.LeafLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestAdaptivePartition {

  private static final CellSystem S2 = CellSystem.of("s2");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithAPlainRecursion(long seed) {
    Random random = new Random(seed);
    int minLevel = random.nextInt(4);
    LeafLimits limits =
        new LeafLimits(
            minLevel, minLevel + random.nextInt(8), random.nextInt(5), 5 + random.nextInt(60));
    Map<Long, Long> counts = skewed(random, S2, limits.maxLevel(), 3_000);
    AdaptivePartition partition =
        AdaptivePartition.of(S2, CellCounts.of(limits.maxLevel(), counts), limits);
    TreeMap<Long, Long> sorted = new TreeMap<>(counts);
    List<Leaf> kept = new ArrayList<>();
    List<Leaf> dropped = new ArrayList<>();
    for (S2CellId id = S2CellId.begin(minLevel);
        !id.equals(S2CellId.end(minLevel));
        id = id.next()) {
      split(id, sorted, limits, kept, dropped);
    }
    assertThat(partition.leaves()).as("seed %d, %s", seed, limits).isNotEmpty();
    assertThat(partition.leaves()).containsExactlyInAnyOrderElementsOf(kept);
    assertThat(partition.dropped()).containsExactlyInAnyOrderElementsOf(dropped);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s2", "h3"})
  void countsEveryImageOnceAndHoldsTheLimits(String system) {
    CellSystem cells = CellSystem.of(system);
    LeafLimits limits = new LeafLimits(1, 7, 3, 40);
    Map<Long, Long> counts = skewed(new Random(5), cells, limits.maxLevel(), 5_000);
    AdaptivePartition partition =
        AdaptivePartition.of(cells, CellCounts.of(limits.maxLevel(), counts), limits);
    assertThat(partition.leaves())
        .isSortedAccordingTo((a, b) -> Long.compare(a.cellId(), b.cellId()));
    assertThat(partition.leaves())
        .allMatch(leaf -> leaf.count() >= 3)
        .allMatch(leaf -> leaf.count() <= 40 || leaf.level() == 7)
        .allMatch(leaf -> leaf.level() == cells.level(leaf.cellId()));
    assertThat(partition.dropped()).isNotEmpty().allMatch(leaf -> leaf.count() < 3);
    assertThat(sum(partition.leaves()) + sum(partition.dropped())).isEqualTo(5_000);
    Map<Long, Long> again = new HashMap<>();
    List<Long> ids = partition.leaves().stream().map(Leaf::cellId).toList();
    LeafLookup lookup = new LeafLookup(cells, ids, limits.maxLevel());
    counts.forEach(
        (fine, count) -> {
          var center = cells.center(fine);
          lookup
              .leafAt(center.latitude(), center.longitude())
              .ifPresent(leaf -> again.merge(leaf, count, Long::sum));
        });
    partition
        .leaves()
        .forEach(leaf -> assertThat(again).containsEntry(leaf.cellId(), leaf.count()));
    assertThat(again).hasSameSizeAs(partition.leaves());
  }

  /** Counts by coarse cells first, then by fine ones of what is left open, give the same. */
  @ParameterizedTest
  @ValueSource(strings = {"s2", "h3", "quadtree"})
  void refinesWhatIsOpen(String system) {
    CellSystem cells = CellSystem.of(system);
    LeafLimits limits = new LeafLimits(1, 11, 3, 25);
    Map<Long, Long> counts = skewed(new Random(8), cells, 11, 4_000);
    AdaptivePartition whole = AdaptivePartition.of(cells, CellCounts.of(11, counts), limits);
    AdaptivePartition partition =
        AdaptivePartition.of(cells, coarser(cells, counts, 2, Set.of()), limits);
    int passes = 1;
    for (int level = 5; !partition.open().isEmpty(); level = Math.min(11, level + 3)) {
      assertThat(partition.open()).allMatch(leaf -> leaf.count() > 25);
      Set<Long> open = new HashSet<>(partition.open().stream().map(Leaf::cellId).toList());
      partition = partition.refine(coarser(cells, counts, level, open));
      passes++;
    }
    assertThat(passes).isGreaterThan(1);
    assertThat(partition.open()).isEmpty();
    assertThat(partition.leaves()).isEqualTo(whole.leaves());
    assertThat(partition.dropped()).isEqualTo(whole.dropped());
  }

  /** Counts by cells of a level, of images in certain cells where some are given. */
  private static CellCounts coarser(
      CellSystem cells, Map<Long, Long> fine, int level, Set<Long> within) {
    Map<Long, Long> counts = new HashMap<>();
    fine.forEach(
        (id, count) -> {
          boolean inside =
              within.stream().anyMatch(cell -> cells.parent(id, cells.level(cell)) == cell);
          if (within.isEmpty() || inside) {
            counts.merge(cells.parent(id, level), count, Long::sum);
          }
        });
    return CellCounts.of(level, counts);
  }

  @Test
  void refusesCountsOfAnotherLevel() {
    LeafLimits limits = new LeafLimits(2, 5, 1, 2);
    for (int level : new int[] {1, 6}) {
      CellCounts counts = CellCounts.of(level, Map.of(S2.cellId(1, 1, level), 9L));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> AdaptivePartition.of(S2, counts, limits));
    }
    CellCounts counts = CellCounts.of(3, Map.of(S2.cellId(1, 1, 3), 9L));
    AdaptivePartition open = AdaptivePartition.of(S2, counts, limits);
    assertThatIllegalArgumentException().isThrownBy(() -> open.refine(counts));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CellCounts.of(3, List.of(new long[] {5, 1}, new long[] {5, 2})))
        .withMessageContaining("twice");
  }

  @Test
  void splitsByHand() {
    long face = S2.cellId(0, 0, 0);
    // 12 images in one level-2 cell, 3 in another quarter of the face.
    long crowded = S2.cellId(10, 10, 2);
    long lonely = S2.cellId(-20, -20, 2);
    AdaptivePartition partition =
        AdaptivePartition.of(
            S2, CellCounts.of(2, Map.of(crowded, 12L, lonely, 3L)), new LeafLimits(0, 2, 4, 10));
    assertThat(S2.parent(crowded, 0)).isEqualTo(face);
    assertThat(partition.leaves()).containsExactly(new Leaf(crowded, 2, 12));
    assertThat(partition.dropped()).containsExactly(new Leaf(S2.parent(lonely, 1), 1, 3));
    CellCounts none = CellCounts.of(2, Map.of());
    assertThat(AdaptivePartition.of(S2, none, new LeafLimits(0, 2, 4, 10)).leaves()).isEmpty();
  }

  @Test
  void refusesLimitsOutOfOrder() {
    assertThatIllegalArgumentException().isThrownBy(() -> new LeafLimits(5, 4, 1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> new LeafLimits(2, 4, 3, 2));
  }

  private static void split(
      S2CellId id,
      TreeMap<Long, Long> counts,
      LeafLimits limits,
      List<Leaf> kept,
      List<Leaf> dropped) {
    long count =
        counts.entrySet().stream()
            .filter(entry -> id.contains(new S2CellId(entry.getKey())))
            .mapToLong(Map.Entry::getValue)
            .sum();
    if (count == 0) {
      return;
    }
    if (count > limits.maxImages() && id.level() < limits.maxLevel()) {
      for (int child = 0; child < 4; child++) {
        split(id.child(child), counts, limits, kept, dropped);
      }
    } else {
      (count < limits.minImages() ? dropped : kept).add(new Leaf(id.id(), id.level(), count));
    }
  }

  private static long sum(List<Leaf> leaves) {
    return leaves.stream().mapToLong(Leaf::count).sum();
  }

  /** Half of the images in a few towns, the others anywhere. */
  private static Map<Long, Long> skewed(Random random, CellSystem cells, int level, int images) {
    Map<Long, Long> counts = new HashMap<>();
    for (int i = 0; i < images; i++) {
      int town = random.nextInt(10);
      double lat = i % 2 == 0 ? town * 11 - 50 + random.nextGaussian() : random.nextDouble(-90, 90);
      double lon =
          i % 2 == 0 ? town * 33 - 150 + random.nextGaussian() : random.nextDouble(-180, 180);
      counts.merge(cells.cellId(lat, lon, level), 1L, Long::sum);
    }
    return counts;
  }
}
