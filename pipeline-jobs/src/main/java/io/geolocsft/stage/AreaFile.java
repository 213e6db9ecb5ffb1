package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.failure.DataException;
import io.geolocsft.failure.Excerpt;
import io.geolocsft.files.InputBytes;
import io.geolocsft.geo.CountryIndex;
import io.geolocsft.geo.WkbArea;
import io.geolocsft.parquet.ParquetParts;
import io.geolocsft.parquet.ParquetReading;
import java.io.ByteArrayInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The user's countries or other areas, as they travel to executors: GeoJSON, or the rows of a
 * Parquet table (GeoParquet, or any with WKB) of {@code geometry}, {@code code} and, where they are
 * known, {@code name} and {@code continent}.
 */
final class AreaFile implements Serializable {

  @Serial private static final long serialVersionUID = 1L;

  private static final String GEOMETRY = "geometry";
  private static final String CODE = "code";
  private static final List<String> COLUMNS = List.of(GEOMETRY, CODE, "name", "continent");

  private final String location;
  private final byte[] geoJson;
  private final List<WkbArea> areas;

  private AreaFile(String location, byte[] geoJson, List<WkbArea> areas) {
    this.location = location;
    this.geoJson = geoJson;
    this.areas = areas;
  }

  /**
   * Reads one; what it holds is checked by {@link #index}.
   *
   * @param location a name that ends in {@code .parquet} is a Parquet table, any other is GeoJSON
   * @param setting that names it
   */
  static AreaFile read(String location, String setting, SparkSession spark) {
    return location.endsWith(".parquet")
        ? new AreaFile(location, null, areas(location, setting, spark))
        : new AreaFile(
            location, InputBytes.read(location, spark.sessionState().newHadoopConf()), null);
  }

  private static List<WkbArea> areas(String location, String setting, SparkSession spark) {
    SparkSession session = ParquetReading.session(spark);
    Dataset<Row> rows =
        ParquetParts.of(spark, location, setting, COLUMNS).alike().stream()
            .map(parts -> rows(session, parts))
            .reduce((some, more) -> some.unionByName(more, true))
            .orElseThrow()
            .orderBy("file", "row");
    List<WkbArea> areas = new ArrayList<>();
    for (Row row : rows.collectAsList()) {
      byte[] wkb = row.getAs(GEOMETRY);
      areas.add(
          new WkbArea(
              text(row, CODE),
              text(row, "name"),
              text(row, "continent"),
              wkb == null ? new byte[0] : wkb));
    }
    return areas;
  }

  private static Dataset<Row> rows(SparkSession session, ParquetParts parts) {
    StructType asked = parts.first().asked();
    List<String> names = parts.first().names();
    boolean isTable =
        names.contains(CODE)
            && names.contains(GEOMETRY)
            && asked.apply(GEOMETRY).dataType().equals(DataTypes.BinaryType);
    if (!isTable) {
      throw new DataException(
          "%s must have the columns %s (WKB) and %s; it has %s"
              .formatted(parts.first().file(), GEOMETRY, CODE, Excerpt.of(names)));
    }
    return ParquetReading.read(session, parts.files(), asked)
        .withColumn("file", col("_metadata.file_path"))
        .withColumn("row", col("_metadata.row_index"));
  }

  private static String text(Row row, String column) {
    return Stream.of(row.schema().fieldNames()).anyMatch(column::equals)
            && row.getAs(column) != null
        ? row.getAs(column).toString()
        : "";
  }

  /**
   * To look points up in.
   *
   * @throws IllegalArgumentException if the content is not what it must be
   */
  CountryIndex index() {
    return geoJson == null
        ? CountryIndex.fromWkb(areas, location)
        : InputBytes.parse(
            location, () -> CountryIndex.fromGeoJson(new ByteArrayInputStream(geoJson), location));
  }
}
