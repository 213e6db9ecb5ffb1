package io.geolocsft.stage.evaluate;

import io.geolocsft.evaluate.PixelIndex;
import io.geolocsft.evaluate.Thumbnail;
import io.geolocsft.geo.GeoPoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The reference {@code pixel_nearest_neighbour}, computed on the executors.
 *
 * @param thumbnails the table of that name
 */
record PixelAnswers(SparkSession spark, Dataset<Row> thumbnails) {

  /** An image with the place of the nearest chosen one. */
  private static final StructType ANSWER =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("latitude", DataTypes.DoubleType)
          .add("longitude", DataTypes.DoubleType);

  /**
   * The place of the nearest chosen image by image id.
   *
   * @param images rows with image_id
   * @param chosen rows with image_id, latitude and longitude, at least one
   */
  Map<String, GeoPoint> of(Dataset<Row> images, Dataset<Row> chosen) {
    Broadcast<PixelIndex> shared =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(index(chosen));
    MapFunction<Row, Row> locate = row -> answer(shared.value(), row);
    try {
      Map<String, GeoPoint> points = new HashMap<>();
      images
          .select("image_id")
          .join(thumbnails, "image_id")
          .select("image_id", "rgb")
          .map(locate, Encoders.row(ANSWER))
          .collectAsList()
          .forEach(
              row ->
                  points.put(row.getString(0), new GeoPoint(row.getDouble(1), row.getDouble(2))));
      return points;
    } finally {
      shared.destroy();
    }
  }

  /** In the order of image ids, so that the first of equally near images is always the same one. */
  private PixelIndex index(Dataset<Row> chosen) {
    List<Row> rows =
        chosen
            .join(thumbnails, "image_id")
            .orderBy("image_id")
            .select("rgb", "latitude", "longitude")
            .collectAsList();
    return new PixelIndex(
        rows.stream().map(row -> Thumbnail.fromBytes(row.getAs(0))).toList(),
        rows.stream().map(row -> new GeoPoint(row.getDouble(1), row.getDouble(2))).toList());
  }

  private static Row answer(PixelIndex index, Row row) {
    GeoPoint nearest = index.locate(Thumbnail.fromBytes(row.getAs(1)));
    return RowFactory.create(row.get(0), nearest.latitude(), nearest.longitude());
  }
}
