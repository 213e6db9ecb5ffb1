package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.google.common.collect.Iterators;
import io.geolocsft.config.EvaluateSettings;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.evaluate.reference.MeanPoint;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.table.Tables;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The answers that need no model, over the same selection that the model was tuned on: what a tuned
 * model has to beat.
 *
 * @param judged makes the rows
 * @param chosen the selection's rows of {@code binned}
 * @param images the benchmarks' rows of {@code binned}
 * @param neighbours rows of {@code neighbours}
 */
record ReferenceAnswers(
    PredictionRow judged, Dataset<Row> chosen, Dataset<Row> images, Dataset<Row> neighbours) {

  private static final String STATUS = "reference";

  private static final StructType POINT =
      new StructType().add("latitude", DataTypes.DoubleType).add("longitude", DataTypes.DoubleType);

  /**
   * Rows of {@code reference_predictions}.
   *
   * @param names the references that are asked for
   * @param pixels has an index of the selection
   * @throws DataException if there is nothing to answer from
   */
  Dataset<Row> of(List<String> names, PixelAnswers pixels) {
    if (!names.isEmpty() && chosen.isEmpty()) {
      throw new DataException("The selection is empty: run select again with other rules");
    }
    SparkSession spark = images.sparkSession();
    Dataset<Row> rows = spark.createDataFrame(List.of(), Tables.REFERENCE_PREDICTIONS.struct());
    Dataset<Row> asked = PredictionRows.asked(images);
    if (names.contains(EvaluateSettings.MEAN_POINT)) {
      GeoPoint mean = meanPoint();
      rows =
          rows.unionByName(
              rows(
                  EvaluateSettings.MEAN_POINT,
                  asked
                      .withColumn(PixelAnswers.LATITUDE, lit(mean.latitude()))
                      .withColumn(PixelAnswers.LONGITUDE, lit(mean.longitude()))));
    }
    if (names.contains(EvaluateSettings.PIXEL_NEAREST_NEIGHBOUR)) {
      rows =
          rows.unionByName(
              rows(EvaluateSettings.PIXEL_NEAREST_NEIGHBOUR, pixels.of(asked, chosen)));
    }
    if (names.contains(EvaluateSettings.FEATURE_NEAREST_NEIGHBOUR)) {
      rows = rows.unionByName(rows(EvaluateSettings.FEATURE_NEAREST_NEIGHBOUR, nearest(asked)));
    }
    return rows;
  }

  private Dataset<Row> nearest(Dataset<Row> asked) {
    return asked.join(
        neighbours
            .where(col("rank").equalTo(1))
            .select(
                col("benchmark"),
                col("image_id"),
                col("latitude").as(PixelAnswers.LATITUDE),
                col("longitude").as(PixelAnswers.LONGITUDE)),
        new String[] {"benchmark", "image_id"},
        "left");
  }

  /** One task adds the points up, in the order of their ids: a sum of doubles depends on it. */
  private GeoPoint meanPoint() {
    MapPartitionsFunction<Row, Row> mean = ReferenceAnswers::mean;
    Row row =
        chosen
            .select("image_id", "latitude", "longitude")
            .repartition(1)
            .sortWithinPartitions("image_id")
            .select("latitude", "longitude")
            .mapPartitions(mean, Encoders.row(POINT))
            .first();
    return new GeoPoint(row.getDouble(0), row.getDouble(1));
  }

  private static Iterator<Row> mean(Iterator<Row> rows) {
    Iterator<GeoPoint> points =
        Iterators.transform(rows, row -> new GeoPoint(row.getDouble(0), row.getDouble(1)));
    GeoPoint mean = MeanPoint.of(points);
    return List.of(RowFactory.create(mean.latitude(), mean.longitude())).iterator();
  }

  private Dataset<Row> rows(String model, Dataset<Row> answered) {
    PredictionRow maker = judged;
    MapFunction<Row, Row> made = row -> row(maker, model, row);
    return answered.map(made, Encoders.row(Tables.REFERENCE_PREDICTIONS.struct()));
  }

  private static Row row(PredictionRow judged, String model, Row row) {
    Double latitude = row.getAs(PixelAnswers.LATITUDE);
    Optional<GeoPoint> answer =
        latitude == null
            ? Optional.empty()
            : Optional.of(new GeoPoint(latitude, row.<Double>getAs(PixelAnswers.LONGITUDE)));
    return judged.of(
        row,
        model,
        PredictionRow.Answer.of(answer, answer.isPresent() ? STATUS : Prediction.NO_ANSWER));
  }
}
