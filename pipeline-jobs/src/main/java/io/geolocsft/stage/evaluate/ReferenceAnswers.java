package io.geolocsft.stage.evaluate;

import io.geolocsft.config.EvaluateSettings;
import io.geolocsft.evaluate.BenchmarkImage;
import io.geolocsft.evaluate.MeanPoint;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.stage.BenchmarkSet;
import io.geolocsft.stage.StoredPredictions;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The answers that need no model, over the same selection that the model was tuned on: what a tuned
 * model has to beat.
 */
public final class ReferenceAnswers {

  private static final String STATUS = "reference";

  private final Map<String, Function<BenchmarkImage, Optional<GeoPoint>>> references =
      new LinkedHashMap<>();

  private ReferenceAnswers() {}

  /**
   * Computes the references that are asked for.
   *
   * @param chosen the selection's rows of {@code binned}
   * @param images the benchmarks' rows of {@code binned}
   * @param thumbnails the table of that name
   */
  static ReferenceAnswers of(
      SparkSession spark,
      List<String> names,
      Dataset<Row> chosen,
      Dataset<Row> images,
      Dataset<Row> thumbnails) {
    ReferenceAnswers answers = new ReferenceAnswers();
    if (!names.isEmpty() && chosen.isEmpty()) {
      throw new DataException("The selection is empty: run select again with other rules");
    }
    if (names.contains(EvaluateSettings.MEAN_POINT)) {
      answers.meanPoint(chosen);
    }
    if (names.contains(EvaluateSettings.PIXEL_NEAREST_NEIGHBOUR)) {
      answers.pixels(new PixelAnswers(spark, thumbnails).of(images, chosen));
    }
    return answers;
  }

  private void meanPoint(Dataset<Row> chosen) {
    // A sum of doubles depends on its order.
    List<GeoPoint> points =
        chosen
            .select("image_id", "latitude", "longitude")
            .orderBy("image_id")
            .collectAsList()
            .stream()
            .map(row -> new GeoPoint(row.getDouble(1), row.getDouble(2)))
            .toList();
    Optional<GeoPoint> mean = Optional.of(MeanPoint.of(points));
    references.put(EvaluateSettings.MEAN_POINT, image -> mean);
  }

  private void pixels(Map<String, GeoPoint> points) {
    references.put(
        EvaluateSettings.PIXEL_NEAREST_NEIGHBOUR,
        image -> Optional.ofNullable(points.get(image.imageId())));
  }

  /** Rows of {@code reference_predictions}, by benchmark, model and image. */
  List<Row> rows(PredictionRow judged, List<BenchmarkSet> benchmarks) {
    List<Row> rows = new ArrayList<>();
    for (BenchmarkSet benchmark : benchmarks) {
      references.forEach(
          (model, locate) ->
              benchmark
                  .images()
                  .forEach(
                      image ->
                          rows.add(
                              row(judged, benchmark.name(), model, image, locate.apply(image)))));
    }
    return rows;
  }

  private static Row row(
      PredictionRow judged,
      String benchmark,
      String model,
      BenchmarkImage image,
      Optional<GeoPoint> answer) {
    boolean isThere = answer.isPresent();
    return judged.of(
        benchmark,
        model,
        image,
        answer,
        null,
        isThere ? 1 : 0,
        isThere ? STATUS : StoredPredictions.NO_ANSWER);
  }

  static Dataset<Row> table(SparkSession spark, List<Row> rows) {
    return spark
        .createDataFrame(rows, Tables.REFERENCE_PREDICTIONS.struct())
        .coalesce(1)
        .sortWithinPartitions("benchmark", "model", "image_id");
  }
}
