package io.geolocsft.judge;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.geolocsft.parquet.ParquetParts;
import io.geolocsft.parquet.ParquetReading;
import io.geolocsft.parquet.PartPath;
import io.geolocsft.stage.ingest.listing.TableLocation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Parquet, a file or the files of a folder; folders such as {@code model=base} are columns. */
record ParquetInput(SparkSession spark, TableLocation table, List<String> names)
    implements InputTable {

  static ParquetInput open(SparkSession spark, TableLocation table) {
    ParquetParts parts = parts(spark, table, List.of());
    List<String> names =
        Stream.concat(
                parts.parts().stream().flatMap(part -> part.names().stream()),
                parts.folderColumns().stream().sorted())
            .distinct()
            .toList();
    return new ParquetInput(spark, table, names);
  }

  private static ParquetParts parts(SparkSession spark, TableLocation table, List<String> asked) {
    return ParquetParts.of(spark, table.location(), table.setting(), asked);
  }

  @Override
  public Dataset<Row> rows(Map<InputColumn, String> columns) {
    return parts(spark, table, List.copyOf(columns.values())).alike().stream()
        .map(alike -> rows(alike, columns))
        .reduce(Dataset::unionAll)
        .orElseThrow();
  }

  private Dataset<Row> rows(ParquetParts parts, Map<InputColumn, String> columns) {
    Column file = ofPath(parts, PartPath::text);
    List<Column> selected = new ArrayList<>();
    selected.add(concat(file, lit(" row")).as(PLACE));
    selected.add(col("_metadata.row_index").plus(1).as(LINE));
    selected.add(lit(null).cast(DataTypes.StringType).as(PROBLEM));
    List<String> there = List.of(parts.first().asked().fieldNames());
    columns.forEach(
        (column, name) -> {
          Column value =
              there.contains(name)
                  ? ParquetReading.column(name).cast(DataTypes.StringType)
                  : ofPath(parts, path -> path.columns().get(name));
          selected.add(value.as(column.key()));
        });
    return ParquetReading.read(ParquetReading.session(spark), parts.files(), parts.first().asked())
        .select(selected.toArray(Column[]::new));
  }

  /** What a file's path says of its rows. */
  private interface FromPath extends Serializable {
    String of(PartPath path);
  }

  private static Column ofPath(ParquetParts parts, FromPath value) {
    String root = parts.root().toUri().getPath();
    UDF1<String, String> function = uri -> value.of(PartPath.ofUri(root, uri));
    return udf(function, DataTypes.StringType).apply(col("_metadata.file_path"));
  }
}
