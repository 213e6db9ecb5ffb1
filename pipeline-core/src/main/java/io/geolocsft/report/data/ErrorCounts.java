package io.geolocsft.report.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How many of a benchmark's images are answered within each of many distances: what a curve needs,
 * however many images there are.
 */
public final class ErrorCounts {

  /** Upper ends of the colours on maps, in km; what is beyond the last has the last colour. */
  public static final List<Double> BANDS_KM = List.of(200.0, 750.0, 2500.0);

  /** Distances a factor of ten, so that a step can hardly be seen. */
  private static final int A_DECADE = 28;

  /** No two points on Earth are farther apart, whatever its radius. */
  private static final double FARTHEST_KM = 20_040;

  private static final double[] DISTANCES_KM =
      DoubleStream.concat(
              DoubleStream.concat(
                  BANDS_KM.stream().mapToDouble(km -> km), DoubleStream.of(FARTHEST_KM)),
              IntStream.rangeClosed(-A_DECADE, 120)
                  .mapToDouble(i -> Math.pow(10, (double) i / A_DECADE)))
          .sorted()
          .distinct()
          .toArray();

  private final long images;
  private final NavigableMap<Double, Long> within = new TreeMap<>();

  /**
   * Of counted answers.
   *
   * @param images all of the benchmark, answered or not
   * @param upTo how many answers there are of each {@link #upTo distance}
   */
  public ErrorCounts(long images, Map<Double, Long> upTo) {
    this.images = images;
    long sum = 0;
    for (double km : DISTANCES_KM) {
      sum += upTo.getOrDefault(km, 0L);
      within.put(km, sum);
    }
  }

  /** The least distance of those counted, in km, that an answer so far off lies within. */
  public static double upTo(double km) {
    int at = Arrays.binarySearch(DISTANCES_KM, km);
    return DISTANCES_KM[Math.min(at < 0 ? -at - 1 : at, DISTANCES_KM.length - 1)];
  }

  /** Images of the benchmark. */
  public long images() {
    return images;
  }

  /** How many of them have an answer. */
  public long answered() {
    return within.lastEntry().getValue();
  }

  /** Answers by distance in km: how many lie within it. */
  public NavigableMap<Double, Long> within() {
    return within;
  }

  /**
   * Answers of a {@link #BANDS_KM band}.
   *
   * @param band from 0, the nearest; the last is what lies beyond them all
   */
  public long in(int band) {
    long nearer = band == 0 ? 0 : within.get(BANDS_KM.get(band - 1));
    long all = band == BANDS_KM.size() ? answered() : within.get(BANDS_KM.get(band));
    return all - nearer;
  }
}
