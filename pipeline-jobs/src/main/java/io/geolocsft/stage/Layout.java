package io.geolocsft.stage;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.replace;
import static org.apache.spark.sql.functions.substring_index;

import io.geolocsft.config.ColumnNames;
import io.geolocsft.config.ConfigReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** How a published data set names its columns and files. */
enum Layout {
  /** As the settings say. */
  PLAIN(null) {
    @Override
    ColumnNames columns(ColumnNames given) {
      return given;
    }
  },

  /**
   * OSV-5M: {@code train.csv} and {@code test.csv}; an image is {@code <id>.jpg} in some folder of
   * the unpacked archives.
   */
  OSV5M(
      new ColumnNames(
          "id", "id", "latitude", "longitude", "captured_at", "", "sequence", "creator_id")) {
    @Override
    Dataset<Row> files(SparkSession spark, ImageSet set, Dataset<Row> listed) {
      return found(spark, set, listed.withColumn("image", concat(col("image"), lit(".jpg"))));
    }
  },

  /** MP-16: files have their {@code IMG_ID} as name, with an underscore for each slash. */
  MP16(
      new ColumnNames(
          "IMG_ID", "IMG_ID", "LAT", "LON", "captured_at", "", "sequence_id", "author")) {
    @Override
    Dataset<Row> files(SparkSession spark, ImageSet set, Dataset<Row> listed) {
      return listed.withColumn("image", replace(col("image"), lit("/"), lit("_")));
    }
  },

  /** Im2GPS3k; three of its 3,000 images have no coordinates but perhaps in EXIF. */
  IM2GPS3K(
      new ColumnNames(
          "IMG_ID", "IMG_ID", "LAT", "LON", "captured_at", "", "sequence_id", "AUTHOR")),

  /** YFCC4k, whose longitude stands before its latitude. */
  YFCC4K(new ColumnNames("name", "name", "lat", "lon", "captured_at", "", "sequence_id", "author")),

  /** YFCC26k: {@code IMG_ID} is a path such as {@code 45/77/3228511372.jpg}, or its last part. */
  YFCC26K(
      new ColumnNames(
          "IMG_ID", "IMG_ID", "LAT", "LON", "captured_at", "", "sequence_id", "AUTHOR")) {
    @Override
    Dataset<Row> files(SparkSession spark, ImageSet set, Dataset<Row> listed) {
      return found(spark, set, listed);
    }
  },

  /** GeoCLIP's tables. */
  GEOCLIP(
      new ColumnNames("IMG_FILE", "", "LAT", "LON", "captured_at", "", "sequence_id", "author"));

  private static final int FILES_PER_TASK = 50_000;

  private final ColumnNames columns;

  Layout(ColumnNames columns) {
    this.columns = columns;
  }

  /** The layout of that name in the settings; empty is {@link #PLAIN}. */
  static Layout of(String name) {
    return name.isEmpty() ? PLAIN : valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** This layout's names, but for those that the settings give otherwise. */
  ColumnNames columns(ColumnNames given) {
    Map<String, Object> usual = ConfigReader.defaults(ColumnNames.class);
    return new ColumnNames(
        name("image", usual, given.image(), columns.image()),
        name("id", usual, given.id(), columns.id()),
        name("latitude", usual, given.latitude(), columns.latitude()),
        name("longitude", usual, given.longitude(), columns.longitude()),
        name("capturedAt", usual, given.capturedAt(), columns.capturedAt()),
        given.capturedAtPattern(),
        name("sequenceId", usual, given.sequenceId(), columns.sequenceId()),
        name("author", usual, given.author(), columns.author()));
  }

  private static String name(String key, Map<String, Object> usual, String given, String ofLayout) {
    return given.equals(usual.get(key)) ? ofLayout : given;
  }

  /** Whether this is the layout's name of a column. */
  boolean calls(TableColumn column, String name) {
    return columns != null && column.nameIn(columns).equals(name);
  }

  /** Gives each listed image the path of its file. */
  Dataset<Row> files(SparkSession spark, ImageSet set, Dataset<Row> listed) {
    return listed;
  }

  /** By the last part of its path, wherever in the folder it lies; what is not found stays. */
  private static Dataset<Row> found(SparkSession spark, ImageSet set, Dataset<Row> listed) {
    List<String> files = new ArrayList<>(FolderListing.files(spark, set));
    int parts = 1 + files.size() / FILES_PER_TASK;
    Dataset<Row> places =
        spark
            .createDataset(
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                    .parallelize(files, parts)
                    .rdd(),
                Encoders.STRING())
            .toDF("place_found")
            .groupBy(lastPart(col("place_found")).as("name_found"))
            .agg(min("place_found").as("place_found"));
    return listed
        .join(places, lastPart(col("image")).equalTo(col("name_found")), "left")
        .withColumn("image", coalesce(col("place_found"), col("image")))
        .drop("name_found", "place_found");
  }

  private static Column lastPart(Column path) {
    return substring_index(path, "/", -1);
  }
}
