package io.geolocsft.evaluate;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Judges models on a benchmark, as a whole and by slice.
 *
 * @param convention how answers are judged
 * @param bootstrap of the intervals
 * @param byAuthor whether the images of one author are resampled together
 * @param minimumSlice slices of fewer images than this are left out: their figures say nothing
 */
public record Evaluation(
    Convention convention, Bootstrap bootstrap, boolean byAuthor, int minimumSlice) {

  public Evaluation {
    checkArgument(minimumSlice >= 1, "minimumSlice must be at least 1, is %s", minimumSlice);
  }

  /**
   * All figures of some models on one benchmark.
   *
   * @param images the whole benchmark, which is the denominator for every model
   * @param models predictions by image id, by the model's name; an image without one is missing
   * @param pairs models to compare; those of which one did not answer this benchmark are left out
   * @throws IllegalArgumentException if image ids repeat, or a prediction is for none of the images
   */
  public List<Figure> figures(
      String benchmark,
      List<BenchmarkImage> images,
      Map<String, Map<String, Prediction>> models,
      List<ModelPair> pairs) {
    Map<String, Outcomes> outcomes = outcomes(benchmark, images, models);
    List<ModelPair> both =
        pairs.stream()
            .filter(pair -> outcomes.containsKey(pair.minuend()))
            .filter(pair -> outcomes.containsKey(pair.subtrahend()))
            .toList();
    return slices(images).entrySet().parallelStream()
        .map(slice -> new Part(benchmark, slice.getKey(), slice.getValue(), images))
        .flatMap(part -> part.all(outcomes, both))
        .toList();
  }

  private Map<String, Outcomes> outcomes(
      String benchmark, List<BenchmarkImage> images, Map<String, Map<String, Prediction>> models) {
    List<String> ids = images.stream().map(BenchmarkImage::imageId).toList();
    var known = new HashSet<>(ids);
    checkArgument(known.size() == ids.size(), "image ids of %s repeat", benchmark);
    Map<String, Outcomes> outcomes = new LinkedHashMap<>();
    models.forEach(
        (model, predictions) -> {
          for (String id : predictions.keySet()) {
            checkArgument(
                known.contains(id), "%s answers %s, which %s lacks", model, id, benchmark);
          }
          List<Prediction> ordered =
              ids.stream().map(id -> predictions.getOrDefault(id, Prediction.NONE)).toList();
          outcomes.put(model, Outcomes.of(convention, images, ordered));
        });
    return outcomes;
  }

  /** Rows of each slice, the whole first, then by dimension and value. */
  private Map<Slice, int[]> slices(List<BenchmarkImage> images) {
    Map<Slice, int[]> slices = new LinkedHashMap<>();
    slices.put(Slice.ALL, IntStream.range(0, images.size()).toArray());
    for (SliceDimension dimension : SliceDimension.values()) {
      Map<String, List<Integer>> byValue = new TreeMap<>(dimension.order());
      for (int row = 0; row < images.size(); row++) {
        int each = row;
        dimension
            .of(images.get(row))
            .ifPresent(
                slice ->
                    byValue.computeIfAbsent(slice.value(), unused -> new ArrayList<>()).add(each));
      }
      byValue.forEach(
          (value, rows) -> {
            if (rows.size() >= minimumSlice) {
              slices.put(new Slice(dimension.label(), value), Ints.toArray(rows));
            }
          });
    }
    return slices;
  }

  /** One slice of one benchmark, with what is shared by all models on it. */
  private final class Part {
    private final String benchmark;
    private final Slice slice;
    private final int[] rows;
    private final Clusters clusters;
    private final Bootstrap seeded;
    private final List<Metric> metrics = Metric.all(convention);
    private final int[] ones;

    Part(String benchmark, Slice slice, int[] rows, List<BenchmarkImage> images) {
      this.benchmark = benchmark;
      this.slice = slice;
      this.rows = rows;
      this.clusters =
          byAuthor
              ? Clusters.byAuthor(Arrays.stream(rows).mapToObj(images::get).toList())
              : Clusters.single(rows.length);
      // A slice's draws must not depend on which other slices there are.
      this.seeded =
          bootstrap.withSeed(
              bootstrap.seed()
                  ^ Hashing.farmHashFingerprint64()
                      .hashString(benchmark + "\n" + slice, UTF_8)
                      .asLong());
      this.ones = new int[rows.length];
      Arrays.fill(ones, 1);
    }

    Stream<Figure> all(Map<String, Outcomes> outcomes, List<ModelPair> pairs) {
      return Stream.concat(
          outcomes.entrySet().stream()
              .flatMap(model -> figures(model.getKey(), model.getValue()).stream()),
          pairs.stream().flatMap(pair -> differences(pair, outcomes).stream()));
    }

    private List<Figure> figures(String model, Outcomes all) {
      Outcomes outcomes = all.subset(rows);
      return named(
          model,
          metrics.stream().map(metric -> metric.value(outcomes, ones)).toList(),
          seeded.intervals(outcomes, clusters, metrics));
    }

    private List<Figure> differences(ModelPair pair, Map<String, Outcomes> models) {
      Outcomes minuend = models.get(pair.minuend()).subset(rows);
      Outcomes subtrahend = models.get(pair.subtrahend()).subset(rows);
      return named(
          pair.label(),
          metrics.stream()
              .map(metric -> metric.value(minuend, ones) - metric.value(subtrahend, ones))
              .toList(),
          seeded.differences(minuend, subtrahend, clusters, metrics));
    }

    private List<Figure> named(String model, List<Double> values, List<Interval> intervals) {
      return IntStream.range(0, metrics.size())
          .filter(i -> !Double.isNaN(values.get(i)))
          .mapToObj(i -> figure(model, metrics.get(i), values.get(i), intervals.get(i)))
          .toList();
    }

    private Figure figure(String model, Metric metric, double value, Interval interval) {
      return new Figure(
          benchmark,
          model,
          convention.name(),
          metric.name(),
          metric.thresholdKm(),
          slice,
          value,
          interval,
          rows.length);
    }
  }
}
