package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring_index;
import static org.apache.spark.sql.functions.unix_millis;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A Parquet file or folder; a row is known by its file and its number there. */
final class ParquetTable {

  /**
   * The file by its path below the table's folder: in folders of its own each may have any name.
   */
  private static RowOrigin origin(ImageSet set) {
    String folder =
        "/"
            + new Path("/", new Path(set.table()).getName()).toUri().getRawPath().substring(1)
            + "/";
    Column path = col("_metadata.file_path");
    Column file =
        when(path.contains(folder), substring_index(path, folder, -1))
            .otherwise(col("_metadata.file_name"));
    return RowOrigin.of(concat(file, lit(" row")), col("_metadata.row_index").plus(1));
  }

  private ParquetTable() {}

  static Dataset<Row> read(SparkSession spark, ImageSet set) {
    Dataset<Row> rows = open(spark, set);
    ColumnPositions positions = ColumnPositions.find(set, List.of(rows.columns()));
    return ListedImages.select(
        rows,
        set,
        origin(set),
        column ->
            positions
                .of(column)
                .map(index -> text(set, rows.schema().fields()[index]))
                .orElse(ListedImages.none()));
  }

  /** The images inside the table, as {@link EmbeddedImages#select}; empty if it has none. */
  static Optional<Dataset<Row>> embedded(SparkSession spark, ImageSet set) {
    Dataset<Row> rows = open(spark, set);
    String name = TableColumn.IMAGE.nameIn(set.columns());
    return Stream.of(rows.schema().fields())
        .filter(field -> field.name().equals(name) && EmbeddedImages.areIn(field))
        .findFirst()
        .map(field -> EmbeddedImages.select(rows, set, column(field), origin(set)));
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
  private static Column text(ImageSet set, StructField field) {
    Column column = column(field);
    if (EmbeddedImages.areIn(field)) {
      return EmbeddedImages.name((StructType) field.dataType(), column, origin(set));
    }
    boolean time = field.dataType().equals(DataTypes.TimestampType);
    return (time ? unix_millis(column) : column).cast(DataTypes.StringType);
  }
}
