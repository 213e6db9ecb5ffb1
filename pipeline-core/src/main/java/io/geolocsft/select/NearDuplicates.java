package io.geolocsft.select;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Thins out images that look alike. */
public final class NearDuplicates {

  private NearDuplicates() {}

  /**
   * Two images that look alike.
   *
   * @param first the one to keep rather
   * @param second the other
   * @param bits in how many bits their perceptual hashes differ
   */
  public record Pair(KeepOrder first, KeepOrder second, int bits) {

    public Pair {
      if (first.compareTo(second) >= 0) {
        throw new IllegalArgumentException("%s must come before %s".formatted(first, second));
      }
    }
  }

  /**
   * Goes through the images in their order and rejects each that looks like {@code max} kept ones
   * already. Unlike joining all that are linked by chains of likeness, this keeps the two ends of a
   * long row of overlapping views.
   *
   * @param pairs all pairs, in any order, repeated or not
   * @return by the rejected image the pair with the most similar kept one
   */
  public static Map<KeepOrder, Pair> reject(List<Pair> pairs, int max) {
    Map<KeepOrder, Map<KeepOrder, Pair>> bySecond = new TreeMap<>();
    for (Pair pair : pairs) {
      bySecond.computeIfAbsent(pair.second(), second -> new TreeMap<>()).put(pair.first(), pair);
    }
    Map<KeepOrder, Pair> rejected = new HashMap<>();
    bySecond.forEach(
        (image, like) -> {
          List<Pair> kept =
              like.values().stream().filter(pair -> !rejected.containsKey(pair.first())).toList();
          if (kept.size() >= max) {
            rejected.put(
                image, kept.stream().min(Comparator.comparingInt(Pair::bits)).orElseThrow());
          }
        });
    return rejected;
  }
}
