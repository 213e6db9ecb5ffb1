package io.geolocsft.evaluate;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Narrow ranges of distance that stand for the images in them. Each is {@link #WIDTH} of its
 * distance wide, from 10 m to beyond the antipode, and a convention's thresholds lie between two of
 * them: whether an image is within a threshold is told by its bin alone.
 */
final class DistanceBins implements Serializable {

  /** How much farther a bin ends than it begins, as a share. */
  static final double WIDTH = 0.005;

  private static final double FIRST_KM = 0.01;
  private static final double LAST_KM = 20_100; // half the circumference is less on every Earth
  private static final long serialVersionUID = 1;

  private final double[] edgesKm; // where each bin begins, then where the last one ends
  private final boolean holdsEnd; // (begin, end], or [begin, end)

  private DistanceBins(double[] edgesKm, boolean holdsEnd) {
    this.edgesKm = edgesKm;
    this.holdsEnd = holdsEnd;
  }

  /** The bins between which thresholds lie; a distance equal to one is on its right side. */
  static DistanceBins of(List<Double> thresholdsKm, Comparison comparison) {
    TreeSet<Double> edges = new TreeSet<>(List.of(0.0, LAST_KM));
    double steps = StrictMath.log(LAST_KM / FIRST_KM) / StrictMath.log1p(WIDTH);
    for (int step = 0; step < steps; step++) {
      // Not Math: the edges must be the same on every processor.
      edges.add(FIRST_KM * StrictMath.pow(1 + WIDTH, step));
    }
    thresholdsKm.stream().filter(km -> km < LAST_KM).forEach(edges::add);
    return new DistanceBins(
        edges.stream().mapToDouble(Double::doubleValue).toArray(), comparison.within(1, 1));
  }

  int count() {
    return edgesKm.length - 1;
  }

  /** The bin of a distance; beyond the last one, the last. */
  int of(double km) {
    int found = Arrays.binarySearch(edgesKm, km);
    int bin = found >= 0 ? found - (holdsEnd ? 1 : 0) : -found - 2;
    return Math.max(0, Math.min(count() - 1, bin));
  }

  /** Where a bin begins, km. */
  double nearKm(int bin) {
    return edgesKm[bin];
  }

  /** Where a bin ends, km. */
  double farKm(int bin) {
    return edgesKm[bin + 1];
  }
}
