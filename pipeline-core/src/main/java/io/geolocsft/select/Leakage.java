package io.geolocsft.select;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ListMultimap;
import com.google.common.geometry.S1Angle;
import com.google.common.geometry.S2ClosestPointQuery;
import com.google.common.geometry.S2PointIndex;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.SpherePoints;
import java.io.Serializable;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Knows what a benchmark asks, to keep it out of the training images or to count what got in. May
 * be shared by threads.
 */
public final class Leakage {

  private final Limits limits;
  private final HashTables tables;
  private final ListMultimap<String, Image> bySha256 = ArrayListMultimap.create();
  private final ListMultimap<Long, Image> byCell = ArrayListMultimap.create();
  private final ListMultimap<Long, Image> byHashKey = ArrayListMultimap.create();
  private final ListMultimap<String, Image> bySequence = ArrayListMultimap.create();
  private final ListMultimap<String, Image> byAuthor = ArrayListMultimap.create();
  private final S2PointIndex<Image> points = new S2PointIndex<>();

  /** How a training image leaks a benchmark's, in the order in which they are looked at. */
  public enum Rule {
    /** The same bytes. */
    COPY,
    /** Perceptual hashes that differ in few bits. */
    NEAR_DUPLICATE,
    /** In one cell. */
    CELL,
    /** Too close. */
    DISTANCE,
    /** Taken in one drive or walk. */
    SEQUENCE,
    /** Taken by one person. */
    AUTHOR;

    /** The name, {@code near_duplicate}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How far training images must stay away.
   *
   * @param hashBits perceptual hashes that differ in at most this many bits are alike; negative
   *     switches off
   * @param cells whether whole cells are kept free
   * @param bufferKm the least distance in km; 0 switches off
   * @param sequences whether the benchmark's sequences are left out
   * @param authors whether the benchmark's authors are
   */
  public record Limits(
      int hashBits, boolean cells, double bufferKm, boolean sequences, boolean authors)
      implements Serializable {}

  /**
   * An image of a training set or a benchmark.
   *
   * @param imageId its id
   * @param sha256 of its bytes; null if not known, as all that follows but the point
   * @param perceptualHash its 64 bits
   * @param point where it was taken
   * @param cellId its cell, in the same system and of the same level for all
   * @param sequenceId the drive or walk that it was taken in
   * @param author who took it
   */
  public record Image(
      String imageId,
      String sha256,
      Long perceptualHash,
      GeoPoint point,
      Long cellId,
      String sequenceId,
      String author)
      implements Serializable {}

  public Leakage(List<Image> benchmark, Limits limits) {
    this.limits = limits;
    tables = HashTables.of(Math.max(0, limits.hashBits()), benchmark.size());
    benchmark.forEach(this::add);
    // The index sorts itself at its first iterator: done here, readers only read.
    points.iterator();
  }

  private void add(Image image) {
    put(bySha256, image.sha256(), image);
    put(byCell, image.cellId(), image);
    put(bySequence, image.sequenceId(), image);
    put(byAuthor, image.author(), image);
    if (image.perceptualHash() != null && limits.hashBits() >= 0) {
      for (long key : tables.keys(image.perceptualHash())) {
        byHashKey.put(key, image);
      }
    }
    points.add(SpherePoints.of(image.point()), image);
  }

  private static <K> void put(ListMultimap<K, Image> images, K key, Image image) {
    if (key != null) {
      images.put(key, image);
    }
  }

  /** The first rule that speaks against training on an image, {@code benchmark_copy} and so on. */
  public Optional<Rejection> check(Image image) {
    return copies(image).stream()
        .findFirst()
        .map(found -> because(Rule.COPY, "same bytes as ", found))
        .or(() -> alike(image))
        .or(() -> first(Rule.CELL, inCell(image), "in one cell with "))
        .or(() -> close(image))
        .or(() -> first(Rule.SEQUENCE, inSequence(image), "in one sequence with "))
        .or(() -> first(Rule.AUTHOR, byAuthor(image), "of one author with "));
  }

  /** Tells of each of the benchmark's images that an image leaks, under each rule. */
  public void matches(Image image, BiConsumer<Rule, Image> found) {
    copies(image).forEach(other -> found.accept(Rule.COPY, other));
    alikes(image).forEach(other -> found.accept(Rule.NEAR_DUPLICATE, other));
    inCell(image).forEach(other -> found.accept(Rule.CELL, other));
    closest(image, Integer.MAX_VALUE).forEach(other -> found.accept(Rule.DISTANCE, other));
    inSequence(image).forEach(other -> found.accept(Rule.SEQUENCE, other));
    byAuthor(image).forEach(other -> found.accept(Rule.AUTHOR, other));
  }

  private static Optional<Rejection> first(Rule rule, List<Image> found, String how) {
    return found.stream().findFirst().map(other -> because(rule, how, other));
  }

  private static Rejection because(Rule rule, String how, Image other) {
    return Rejection.because("benchmark_" + rule.word(), how + other.imageId());
  }

  private List<Image> copies(Image image) {
    return bySha256.get(image.sha256());
  }

  private List<Image> inCell(Image image) {
    return limits.cells() ? byCell.get(image.cellId()) : List.of();
  }

  private List<Image> inSequence(Image image) {
    return limits.sequences() ? bySequence.get(image.sequenceId()) : List.of();
  }

  private List<Image> byAuthor(Image image) {
    return limits.authors() ? byAuthor.get(image.author()) : List.of();
  }

  private Set<Image> alikes(Image image) {
    if (image.perceptualHash() == null || limits.hashBits() < 0) {
      return Set.of();
    }
    Set<Image> alike = new LinkedHashSet<>();
    for (long key : tables.keys(image.perceptualHash())) {
      for (Image other : byHashKey.get(key)) {
        if (bits(image, other) <= limits.hashBits()) {
          alike.add(other);
        }
      }
    }
    return alike;
  }

  private static int bits(Image a, Image b) {
    return HashTables.distance(a.perceptualHash(), b.perceptualHash());
  }

  private Optional<Rejection> alike(Image image) {
    return alikes(image).stream()
        .min(Comparator.comparingInt(other -> bits(image, other)))
        .map(
            other ->
                new Rejection(
                    "benchmark_near_duplicate",
                    (double) bits(image, other),
                    (double) limits.hashBits(),
                    "like " + other.imageId()));
  }

  private Optional<Rejection> close(Image image) {
    return closest(image, 1).stream()
        .findFirst()
        .map(
            other ->
                new Rejection(
                    "benchmark_distance",
                    km(image, other),
                    limits.bufferKm(),
                    "near " + other.imageId()));
  }

  private List<Image> closest(Image image, int most) {
    if (limits.bufferKm() <= 0) {
      return List.of();
    }
    S2ClosestPointQuery<Image> query = new S2ClosestPointQuery<>(points);
    // A little more than asked, so that the exact distance decides.
    query.setMaxDistance(
        S1Angle.radians(limits.bufferKm() / SpherePoints.RADIUS_KM * (1 + 1e-9) + 1e-12));
    query.setMaxPoints(most);
    return query.findClosestPoints(SpherePoints.of(image.point())).stream()
        .map(result -> result.entry().data())
        .filter(other -> km(image, other) < limits.bufferKm())
        .toList();
  }

  private static double km(Image a, Image b) {
    return DistanceModel.SPHERE_6371_0088.kilometers(a.point(), b.point());
  }
}
