package io.geolocsft.stage.ingest.listing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;

import com.google.common.collect.Iterators;
import io.geolocsft.config.ImageSet;
import io.geolocsft.table.ImagePages;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Images inside a Parquet table, in an {@link ImageColumn}. They are copied into the table {@code
 * images}, where each can be read alone.
 */
public final class EmbeddedImages {

  private static final StructType LOCATED =
      new StructType()
          .add("split", DataTypes.StringType, false)
          .add("place", DataTypes.StringType, false)
          .add("line", DataTypes.LongType, false)
          .add("uri", DataTypes.StringType, false);

  private static final List<String> KEYS = List.of("split", "place", "line");

  private EmbeddedImages() {}

  /**
   * Copies those of all sets; the table is empty where there are none. What is copied already
   * stays: other tables name its files.
   */
  public static void publish(SparkSession spark, List<ImageSet> sets, TableStore tables) {
    if (tables.isCurrent(Tables.IMAGES)) {
      return;
    }
    Dataset<Row> images = spark.createDataFrame(List.of(), Tables.IMAGES.struct());
    for (ImageSet set : sets) {
      if (ListedImages.isParquet(spark, set)) {
        images = ParquetTable.embedded(spark, set).map(images::unionAll).orElse(images);
      }
    }
    tables.publish(Tables.IMAGES, images);
  }

  /** The columns of {@link Tables#IMAGES}. */
  static Dataset<Row> select(Dataset<Row> rows, ImageSet set, Column bytes, RowOrigin origin) {
    return rows.where(bytes.isNotNull())
        .select(
            lit(set.split()).as("split"),
            origin.place().as("place"),
            origin.line().as("line"),
            octet_length(bytes).as("byte_count"),
            bytes.as("bytes"));
  }

  /** Gives the rows of tables with such images the URIs of their copies. */
  public static Dataset<Row> locate(Dataset<Row> listed, TableStore tables) {
    SparkSession spark = listed.sparkSession();
    Dataset<Row> stored =
        tables
            .read(Tables.IMAGES)
            .select(
                col("split"),
                col("place"),
                col("line"),
                col("byte_count"),
                col("_metadata.file_path"),
                col("_metadata.row_index"))
            .mapPartitions(
                new Located(new SerializableConfiguration(spark.sessionState().newHadoopConf())),
                Encoders.row(LOCATED))
            .as("stored");
    Column same =
        KEYS.stream()
            .map(key -> listed.col(key).equalTo(stored.col("stored." + key)))
            .reduce(Column::and)
            .orElseThrow();
    Column found = stored.col("stored.uri");
    return listed
        .join(stored, same, "left")
        .select(
            Stream.of(listed.columns())
                .map(listed::col)
                .map(own -> own.equals(listed.col("uri")) ? coalesce(found, own).as("uri") : own)
                .toArray(Column[]::new));
  }

  /** Opens each file once a task. */
  private record Located(SerializableConfiguration hadoop)
      implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      Map<String, ImagePages> files = new HashMap<>();
      return Iterators.transform(
          rows,
          row -> {
            ImagePages pages = files.computeIfAbsent(row.<String>getAs("file_path"), this::pages);
            return RowFactory.create(
                row.getAs("split"),
                row.getAs("place"),
                row.getAs("line"),
                pages.uri(row.<Long>getAs("row_index"), row.<Integer>getAs("byte_count")));
          });
    }

    private ImagePages pages(String file) {
      try {
        return ImagePages.of(new Path(URI.create(file)), hadoop.value());
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + file + ": " + e.getMessage(), e);
      }
    }
  }
}
