package io.geolocsft.stage.evaluate;

import io.geolocsft.evaluate.reference.PixelIndex;
import io.geolocsft.evaluate.reference.Thumbnail;
import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The reference {@code pixel_nearest_neighbour}, computed on the executors. */
final class PixelAnswers implements AutoCloseable {

  /** Columns with the place of the nearest chosen image, null where an image has no thumbnail. */
  static final String LATITUDE = "answer_latitude";

  static final String LONGITUDE = "answer_longitude";

  private final SparkSession spark;
  private final Dataset<Row> thumbnails;
  private Broadcast<PixelIndex> shared;

  /**
   * @param thumbnails the table of that name
   */
  PixelAnswers(SparkSession spark, Dataset<Row> thumbnails) {
    this.spark = spark;
    this.thumbnails = thumbnails;
  }

  /**
   * Images with the place of the nearest chosen one beside them, until this is closed.
   *
   * @param images rows with image_id
   * @param chosen rows with image_id, latitude and longitude, at least one
   */
  Dataset<Row> of(Dataset<Row> images, Dataset<Row> chosen) {
    shared = JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(index(chosen));
    Broadcast<PixelIndex> index = shared;
    StructType answered =
        images.schema().add(LATITUDE, DataTypes.DoubleType).add(LONGITUDE, DataTypes.DoubleType);
    MapFunction<Row, Row> locate = row -> answered(index.value(), row, answered);
    return images
        .join(thumbnails.select("image_id", "rgb"), "image_id", "left")
        .map(locate, Encoders.row(answered));
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

  /** With its schema: Spark hands the row on as it is where nothing is stored in between. */
  private static Row answered(PixelIndex index, Row row, StructType schema) {
    Object[] values =
        Stream.of(schema.fieldNames())
            .map(name -> name.startsWith("answer_") ? null : row.getAs(name))
            .toArray();
    byte[] rgb = row.getAs("rgb");
    if (rgb != null) {
      GeoPoint nearest = index.locate(Thumbnail.fromBytes(rgb));
      values[schema.fieldIndex(LATITUDE)] = nearest.latitude();
      values[schema.fieldIndex(LONGITUDE)] = nearest.longitude();
    }
    return new GenericRowWithSchema(values, schema);
  }

  @Override
  public void close() {
    if (shared != null) {
      shared.destroy();
    }
  }
}
