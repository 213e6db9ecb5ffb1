package io.geolocsft.published;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSortedMap;
import io.geolocsft.evaluate.Comparison;
import io.geolocsft.evaluate.Convention;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * The accuracies that are published of a method on a benchmark.
 *
 * @param method as its paper calls it
 * @param paper where the method is described, {@code arXiv:2506.01277}
 * @param benchmark its name
 * @param images how many images of the benchmark's file have coordinates
 * @param convention by which the method's own code measures, where that is known
 * @param accuracy shares in [0, 1] by threshold in km
 */
public record PublishedResult(
    String method,
    Optional<String> paper,
    String benchmark,
    OptionalLong images,
    Optional<String> convention,
    SortedMap<Double, Double> accuracy) {

  public PublishedResult {
    convention.ifPresent(Convention::named);
    accuracy = ImmutableSortedMap.copyOfSorted(accuracy);
    checkArgument(
        accuracy.values().stream().allMatch(share -> share >= 0 && share <= 1),
        "%s on %s has accuracies %s",
        method,
        benchmark,
        accuracy);
  }

  /** The share within a distance, if it is published. */
  public OptionalDouble accuracy(double km) {
    Double share = accuracy.get(km);
    return share == null ? OptionalDouble.empty() : OptionalDouble.of(share);
  }

  /**
   * Why the figures cannot be compared exactly with others: how they were measured otherwise, or
   * that this is not known.
   *
   * @param judged the convention of the others
   * @param judgedImages how many images the others are of
   */
  public List<String> caveats(Convention judged, long judgedImages) {
    List<String> caveats = new ArrayList<>();
    if (convention.isPresent()) {
      differences(Convention.named(convention.get()), judged, caveats);
    } else {
      caveats.add("convention not known");
    }
    if (images.isPresent() && images.getAsLong() != judgedImages) {
      caveats.add(
          String.format(Locale.ROOT, "%d images, not %d", images.getAsLong(), judgedImages));
    }
    return caveats;
  }

  private static void differences(Convention own, Convention judged, List<String> caveats) {
    if (own.comparison() != judged.comparison()) {
      caveats.add(own.comparison() == Comparison.LESS ? "counts < km" : "counts <= km");
    }
    if (own.distance() != judged.distance()) {
      caveats.add("distances on " + own.distance().name().toLowerCase(Locale.ROOT));
    }
    if (!own.missing().equals(judged.missing())) {
      caveats.add("missing answers: " + own.missing());
    }
  }
}
