package io.geolocsft.evaluate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Judges a benchmark in memory, as a whole and by the usual slices. */
public final class WholeBenchmark {

  private WholeBenchmark() {}

  public static List<Figure> figures(
      Evaluation evaluation,
      String benchmark,
      List<BenchmarkImage> images,
      Map<String, Map<String, Prediction>> models) {
    List<Figure> figures =
        new ArrayList<>(evaluation.figures(benchmark, Slice.ALL, images, models));
    for (SliceDimension dimension : SliceDimension.usual()) {
      Map<Slice, List<BenchmarkImage>> slices = new HashMap<>();
      for (BenchmarkImage image : images) {
        dimension
            .of(value(image, dimension.column()))
            .ifPresent(
                slice -> slices.computeIfAbsent(slice, unused -> new ArrayList<>()).add(image));
      }
      Map<String, List<BenchmarkImage>> ordered = new TreeMap<>(dimension.order());
      slices.forEach((slice, part) -> ordered.put(slice.value(), part));
      ordered.forEach(
          (value, part) ->
              figures.addAll(
                  evaluation.figures(
                      benchmark, new Slice(dimension.label(), value), part, of(part, models))));
    }
    return figures;
  }

  private static Map<String, Map<String, Prediction>> of(
      List<BenchmarkImage> images, Map<String, Map<String, Prediction>> models) {
    Map<String, Map<String, Prediction>> own = new TreeMap<>();
    models.forEach(
        (model, answers) -> {
          Map<String, Prediction> kept = new HashMap<>(answers);
          kept.keySet().retainAll(images.stream().map(BenchmarkImage::imageId).toList());
          own.put(model, kept);
        });
    return own;
  }

  private static Object value(BenchmarkImage image, String column) {
    return switch (column) {
      case "region" -> image.region().orElse(null);
      case "country" -> image.country().orElse(null);
      case "population_density" ->
          image.populationDensity().isPresent() ? image.populationDensity().getAsDouble() : null;
      case "truth_latitude" -> image.truth().latitude();
      default -> throw new IllegalArgumentException(column);
    };
  }
}
