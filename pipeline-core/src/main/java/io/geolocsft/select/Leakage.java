package io.geolocsft.select;

import com.google.common.geometry.S1Angle;
import com.google.common.geometry.S2ClosestPointQuery;
import com.google.common.geometry.S2LatLng;
import com.google.common.geometry.S2Point;
import com.google.common.geometry.S2PointIndex;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps what a benchmark asks out of the training images. The rules, in their order: {@code
 * benchmark_copy} (the same bytes), {@code benchmark_near_duplicate} (like perceptual hashes),
 * {@code benchmark_cell} (in one cell with a benchmark's image), {@code benchmark_distance} (too
 * close to one). May be shared by threads.
 */
public final class Leakage {

  private static final double EARTH_KM = 6371.0088;

  private final Limits limits;
  private final HashTables tables;
  private final Map<String, Image> bySha256 = new HashMap<>();
  private final Map<Long, Image> byCell = new HashMap<>();
  private final Map<Long, List<Image>> byHashKey = new HashMap<>();
  private final S2PointIndex<Image> points = new S2PointIndex<>();

  /**
   * How far training images must stay away.
   *
   * @param hashBits perceptual hashes that differ in at most so many bits are alike; negative
   *     switches off
   * @param cells whether whole cells are kept free
   * @param bufferKm the least distance in km; 0 switches off
   */
  public record Limits(int hashBits, boolean cells, double bufferKm) {}

  /**
   * An image of a training set or a benchmark.
   *
   * @param imageId its id
   * @param sha256 of its bytes
   * @param perceptualHash its 64 bits
   * @param point where it was taken
   * @param cellId its cell, in the same system and of the same level for all
   */
  public record Image(
      String imageId, String sha256, long perceptualHash, GeoPoint point, long cellId)
      implements Serializable {}

  public Leakage(List<Image> benchmark, Limits limits) {
    this.limits = limits;
    tables = HashTables.of(Math.max(0, limits.hashBits()), benchmark.size());
    benchmark.forEach(this::add);
    // The index sorts itself at its first iterator: done here, readers only read.
    points.iterator();
  }

  private void add(Image image) {
    bySha256.putIfAbsent(image.sha256(), image);
    byCell.putIfAbsent(image.cellId(), image);
    for (long key : tables.keys(image.perceptualHash())) {
      byHashKey.computeIfAbsent(key, any -> new ArrayList<>()).add(image);
    }
    points.add(vector(image.point()), image);
  }

  /** The first rule that speaks against training on an image. */
  public Optional<Rejection> check(Image image) {
    return copy(image)
        .or(() -> alike(image))
        .or(() -> limits.cells() ? sameCell(image) : Optional.empty())
        .or(() -> limits.bufferKm() > 0 ? close(image) : Optional.empty());
  }

  private Optional<Rejection> copy(Image image) {
    return Optional.ofNullable(bySha256.get(image.sha256()))
        .map(found -> Rejection.because("benchmark_copy", "same bytes as " + found.imageId()));
  }

  private Optional<Rejection> alike(Image image) {
    Image best = null;
    int fewest = limits.hashBits() + 1;
    for (long key : tables.keys(image.perceptualHash())) {
      for (Image other : byHashKey.getOrDefault(key, List.of())) {
        int bits = HashTables.distance(image.perceptualHash(), other.perceptualHash());
        if (bits < fewest) {
          best = other;
          fewest = bits;
        }
      }
    }
    return best == null
        ? Optional.empty()
        : Optional.of(
            new Rejection(
                "benchmark_near_duplicate",
                (double) fewest,
                (double) limits.hashBits(),
                "like " + best.imageId()));
  }

  private Optional<Rejection> sameCell(Image image) {
    return Optional.ofNullable(byCell.get(image.cellId()))
        .map(found -> Rejection.because("benchmark_cell", "in one cell with " + found.imageId()));
  }

  private Optional<Rejection> close(Image image) {
    S2ClosestPointQuery<Image> query = new S2ClosestPointQuery<>(points);
    // A little more than asked, so that the exact distance decides.
    query.setMaxDistance(S1Angle.radians(limits.bufferKm() / EARTH_KM * (1 + 1e-9) + 1e-12));
    query.setMaxPoints(1);
    for (var found : query.findClosestPoints(vector(image.point()))) {
      Image other = found.entry().data();
      double km = DistanceModel.SPHERE_6371_0088.kilometers(image.point(), other.point());
      if (km < limits.bufferKm()) {
        return Optional.of(
            new Rejection("benchmark_distance", km, limits.bufferKm(), "near " + other.imageId()));
      }
    }
    return Optional.empty();
  }

  private static S2Point vector(GeoPoint at) {
    return S2LatLng.fromDegrees(at.latitude(), at.longitude()).toPoint();
  }
}
