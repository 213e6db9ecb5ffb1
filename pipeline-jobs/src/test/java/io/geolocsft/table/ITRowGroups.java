package io.geolocsft.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITRowGroups {

  private static final int ROWS = 10_000_000;

  private final SparkSession spark = SparkFixture.compiling();

  @TempDir private Path folder;

  /** What a predicate on a cell has to read of a large table, by the row groups' statistics. */
  @Test
  void aCellIsInFewRowGroups() throws Exception {
    Dataset<Row> points =
        spark
            .range(0, ROWS, 1, 8)
            .selectExpr(
                "concat('image-', id) AS image_id",
                "coalesce(degrees(asin(2 * rand(1) - 1)), 0) AS latitude",
                "coalesce(360 * rand(2) - 180, 0) AS longitude",
                "xxhash64(id) AS hash")
            .selectExpr("*", "s2_cell_id(latitude, longitude, 10) AS cell_id")
            .repartitionByRange(3, functions.col("cell_id"))
            .sortWithinPartitions("cell_id");
    TableStore store = TableStore.open(spark, folder.toString());
    store.publish(Tables.BINNED, points.select(columns()));
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      String files = folder + "/tables/binned/*.parquet";
      String metadata = "FROM parquet_metadata('%s') WHERE path_in_schema = 'cell_id'";
      long groups = number(duck, "SELECT count(*) " + metadata, files);
      assertThat(groups).isGreaterThan(40);
      for (String place : new String[] {"48.85, 2.35", "-33.9, 18.4", "0, 0"}) {
        long cell = spark.sql("SELECT s2_cell_id(%s, 10)".formatted(place)).first().getLong(0);
        String holds =
            String.format(
                Locale.ROOT,
                " AND %d BETWEEN stats_min_value::BIGINT AND stats_max_value::BIGINT",
                cell);
        long read = number(duck, "SELECT count(*) " + metadata + holds, files);
        assertThat(read).as(place).isPositive().isLessThan(groups / 20);
        assertThat(number(duck, "SELECT count(*) FROM '%s' WHERE cell_id = " + cell, files))
            .isPositive();
      }
      assertThat(number(duck, "SELECT count(*) FROM '%s'", files)).isEqualTo(ROWS);
    }
  }

  /** The table's columns; those that the points lack are what most rows have. */
  private static Column[] columns() {
    return Stream.of(Tables.BINNED.struct().fields())
        .map(field -> functions.expr(value(field)).cast(field.dataType()).as(field.name()))
        .toArray(Column[]::new);
  }

  private static String value(StructField field) {
    return switch (field.name()) {
      case "image_id", "latitude", "longitude", "cell_id" -> field.name();
      case "perceptual_hash" -> "hash";
      case "sha256" -> "sha2(image_id, 256)";
      case "geometry" -> "unhex('0101000000000000000000F03F000000000000F03F')";
      case "bbox" ->
          "named_struct('xmin', longitude, 'ymin', latitude, 'xmax', longitude, 'ymax', latitude)";
      case "captured_at", "sequence_id", "author", "archive_member", "exif_km", "leaf_cell_id" ->
          "NULL";
      case "width", "height" -> "1024";
      case "blur", "brightness", "contrast", "entropy", "population_density", "nearest_place_km" ->
          "hash % 1000 / 7";
      default -> "'text'";
    };
  }

  private static long number(Connection duck, String query, String files) throws Exception {
    try (var statement = duck.createStatement();
        ResultSet found = statement.executeQuery(query.replace("%s", files))) {
      found.next();
      return found.getLong(1);
    }
  }
}
