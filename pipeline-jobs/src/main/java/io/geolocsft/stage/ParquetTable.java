package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.unix_millis;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A Parquet file or folder; a row is known by its file and its number there. */
final class ParquetTable {

  private static final RowOrigin ORIGIN =
      RowOrigin.of(
          concat(col("_metadata.file_name"), lit(" row")), col("_metadata.row_index").plus(1));

  private ParquetTable() {}

  static Dataset<Row> read(SparkSession spark, ImageSet set) {
    Dataset<Row> rows = open(spark, set);
    ColumnPositions positions = ColumnPositions.find(set, List.of(rows.columns()));
    return ListedImages.select(
        rows,
        set,
        ORIGIN,
        column ->
            positions
                .of(column)
                .map(index -> text(rows.schema().fields()[index]))
                .orElse(ListedImages.none()));
  }

  /** The images inside the table, as {@link EmbeddedImages#select}; empty if it has none. */
  static Optional<Dataset<Row>> embedded(SparkSession spark, ImageSet set) {
    Dataset<Row> rows = open(spark, set);
    String name = TableColumn.IMAGE.nameIn(set.columns());
    return Stream.of(rows.schema().fields())
        .filter(field -> field.name().equals(name) && EmbeddedImages.areIn(field))
        .findFirst()
        .map(field -> EmbeddedImages.select(rows, set, column(field), ORIGIN));
  }

  private static Dataset<Row> open(SparkSession spark, ImageSet set) {
    return ListedImages.open(set, () -> spark.read().parquet(set.table()));
  }

  private static Column column(StructField field) {
    return col("`" + field.name().replace("`", "``") + "`");
  }

  /**
   * A time as milliseconds, which no time zone changes; of an image its name; anything else as
   * Spark prints it.
   */
  private static Column text(StructField field) {
    Column column = column(field);
    if (EmbeddedImages.areIn(field)) {
      return EmbeddedImages.name((StructType) field.dataType(), column, ORIGIN);
    }
    boolean time = field.dataType().equals(DataTypes.TimestampType);
    return (time ? unix_millis(column) : column).cast(DataTypes.StringType);
  }
}
