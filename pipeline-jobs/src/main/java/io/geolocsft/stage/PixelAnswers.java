package io.geolocsft.stage;

import io.geolocsft.evaluate.PixelIndex;
import io.geolocsft.evaluate.Thumbnail;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.image.ImageDecoder;
import io.geolocsft.image.ImageException;
import io.geolocsft.table.ImageBytes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
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

/** The reference {@code pixel_nearest_neighbour}, computed on the executors. */
final class PixelAnswers {

  /** An image with its thumbnail, or with why there is none. */
  static final StructType THUMBNAIL =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("uri", DataTypes.StringType)
          .add("latitude", DataTypes.DoubleType)
          .add("longitude", DataTypes.DoubleType)
          .add("thumbnail", DataTypes.BinaryType)
          .add("problem", DataTypes.StringType);

  /** An image with the place of the nearest chosen one, or with why there is none. */
  static final StructType ANSWER =
      new StructType()
          .add("image_id", DataTypes.StringType)
          .add("uri", DataTypes.StringType)
          .add("latitude", DataTypes.DoubleType)
          .add("longitude", DataTypes.DoubleType)
          .add("problem", DataTypes.StringType);

  private final SparkSession spark;
  private final ImageBytes bytes;

  PixelAnswers(SparkSession spark) {
    this.spark = spark;
    this.bytes =
        new ImageBytes(spark.sessionState().newHadoopConf(), DecodeLimits.DEFAULT.maxBytes());
  }

  /**
   * Thumbnails in the order of the image ids, so that the first of equally near images is always
   * the same one.
   *
   * @param images rows with image_id, uri, latitude and longitude
   */
  List<Row> thumbnails(Dataset<Row> images) {
    ImageBytes reader = bytes;
    MapFunction<Row, Row> read = row -> thumbnail(reader, row);
    return spread(images).map(read, Encoders.row(THUMBNAIL)).orderBy("image_id").collectAsList();
  }

  /** The place of the nearest chosen image for every image. */
  List<Row> answers(Dataset<Row> images, List<Row> chosen) {
    List<Row> readable = chosen.stream().filter(row -> !row.isNullAt(4)).toList();
    if (readable.isEmpty()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "None of the %d selected images can be read: are they still where ingest found them?",
              chosen.size()));
    }
    PixelIndex index =
        new PixelIndex(
            readable.stream().map(row -> Thumbnail.fromBytes(row.getAs(4))).toList(),
            readable.stream()
                .map(row -> new GeoPoint(row.getDouble(2), row.getDouble(3)))
                .toList());
    Broadcast<PixelIndex> shared =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(index);
    ImageBytes reader = bytes;
    MapFunction<Row, Row> locate = row -> answer(shared.value(), thumbnail(reader, row));
    try {
      return spread(images).map(locate, Encoders.row(ANSWER)).collectAsList();
    } finally {
      shared.destroy();
    }
  }

  private Dataset<Row> spread(Dataset<Row> images) {
    return images
        .select("image_id", "uri", "latitude", "longitude")
        .repartition(spark.sparkContext().defaultParallelism());
  }

  private static Row answer(PixelIndex index, Row row) {
    if (row.isNullAt(4)) {
      return RowFactory.create(row.get(0), row.get(1), null, null, row.get(5));
    }
    GeoPoint nearest = index.locate(Thumbnail.fromBytes(row.getAs(4)));
    return RowFactory.create(row.get(0), row.get(1), nearest.latitude(), nearest.longitude(), null);
  }

  private static Row thumbnail(ImageBytes bytes, Row row) {
    String uri = row.getString(1);
    byte[] thumbnail = null;
    String problem = null;
    try {
      byte[] file = bytes.read(uri);
      thumbnail = Thumbnail.of(ImageDecoder.decode(file, DecodeLimits.DEFAULT)).toBytes();
    } catch (ImageException | FileNotFoundException e) {
      problem = String.valueOf(e.getMessage());
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read " + uri + ": " + e.getMessage(), e);
    }
    return RowFactory.create(row.get(0), uri, row.get(2), row.get(3), thumbnail, problem);
  }
}
