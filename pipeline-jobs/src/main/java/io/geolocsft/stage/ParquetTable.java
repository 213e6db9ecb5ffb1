package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_millis;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** A Parquet file or folder; a row is known by its file and its number there. */
final class ParquetTable {

  private ParquetTable() {}

  static Dataset<Row> read(SparkSession spark, ImageSet set) {
    Dataset<Row> rows = ListedImages.open(set, () -> spark.read().parquet(set.table()));
    ColumnPositions positions = ColumnPositions.find(set, List.of(rows.columns()));
    return ListedImages.select(
        rows,
        set,
        concat(col("_metadata.file_name"), lit(" row")),
        col("_metadata.row_index").plus(1),
        lit(false),
        column ->
            positions
                .of(column)
                .map(index -> text(rows.schema().fields()[index]))
                .orElse(ListedImages.none()));
  }

  /** A time as milliseconds, which no time zone changes; anything else as Spark prints it. */
  private static Column text(StructField field) {
    Column column = col("`" + field.name().replace("`", "``") + "`");
    boolean time = field.dataType().equals(DataTypes.TimestampType);
    return (time ? unix_millis(column) : column).cast(DataTypes.StringType);
  }
}
