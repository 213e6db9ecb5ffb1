package io.geolocsft.stage;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.nullif;
import static org.apache.spark.sql.functions.trim;

import io.geolocsft.table.Checksums;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The rows of an image set before any image is read, all as text; blank is null. Columns: split,
 * those of {@link RowOrigin}, image_id, and those of {@link TableColumn} but {@code id}.
 */
final class ListedImages {

  private static final Pattern JSON_LINES = Pattern.compile(".*\\.(jsonl|ndjson)(\\.gz)?");

  private ListedImages() {}

  /**
   * Reads the table of a set, or lists its folder where it has none.
   *
   * @throws DataException if the table or folder is empty or lacks columns
   */
  static Dataset<Row> of(SparkSession spark, ImageSet set) {
    if (!set.table().isEmpty()) {
      return ImageFiles.of(spark, set).locate(table(spark, set));
    }
    if (!set.columns().id().isEmpty() && set.layout() != Layout.WEBDATASET) {
      throw new DataException(
          "%1$s.columns.id needs a table with ids: set %1$s.table, or leave the ids out"
              .formatted(set.setting()));
    }
    return set.layout() == Layout.WEBDATASET
        ? WebDataset.read(spark, set)
        : ImageFiles.of(spark, set).listed();
  }

  /**
   * A benchmark that was frozen with checksums must be what it was.
   *
   * @throws DataException if it is not
   */
  static void requireIntact(SparkSession spark, ImageSet set) {
    if (!isParquet(spark, set)) {
      return;
    }
    try {
      Checksums.problem(set.table(), spark.sessionState().newHadoopConf())
          .ifPresent(
              problem -> {
                throw new DataException(
                    "%s is not as its _manifest.json says: %s. Take a whole copy, or set %s.table to another"
                        .formatted(set.table(), problem, set.setting()));
              });
    } catch (IOException e) {
      throw unreadable(set, e);
    }
  }

  /** Whether a set has a table in Parquet: a file of that name, or a folder of any. */
  static boolean isParquet(SparkSession spark, ImageSet set) {
    if (set.table().isEmpty() || set.table().toLowerCase(Locale.ROOT).endsWith(".parquet")) {
      return !set.table().isEmpty();
    }
    Path table = new Path(set.table());
    try {
      FileSystem fs = table.getFileSystem(spark.sessionState().newHadoopConf());
      return fs.exists(table) && fs.getFileStatus(table).isDirectory();
    } catch (IOException e) {
      throw unreadable(set, e);
    }
  }

  private static EnvironmentException unreadable(ImageSet set, IOException e) {
    return new EnvironmentException("Cannot read %s: %s".formatted(set.table(), e.getMessage()), e);
  }

  private static Dataset<Row> table(SparkSession spark, ImageSet set) {
    if (isParquet(spark, set)) {
      return ParquetTable.read(spark, set);
    }
    String name = set.table().toLowerCase(Locale.ROOT);
    return JSON_LINES.matcher(name).matches()
        ? JsonTable.read(spark, set)
        : CsvTable.read(spark, set);
  }

  /**
   * Gives the columns their form.
   *
   * @param value the text of a column, a null literal if there is none
   */
  static Dataset<Row> select(
      Dataset<Row> rows, ImageSet set, RowOrigin origin, Function<TableColumn, Column> value) {
    List<Column> columns = new ArrayList<>();
    columns.add(lit(set.split()).as("split"));
    columns.addAll(origin.columns());
    columns.add(imageId(set, value).as("image_id"));
    for (TableColumn column : TableColumn.values()) {
      if (column != TableColumn.ID) {
        columns.add(text(value.apply(column)).as(column.key()));
      }
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  /**
   * Opens a table.
   *
   * @throws DataException if Spark cannot
   */
  static <T> Dataset<T> open(ImageSet set, Supplier<Dataset<T>> reader) {
    try {
      return reader.get();
    } catch (Exception e) {
      // Spark throws checked exceptions without declaring them.
      throw new DataException(
          "%s cannot be read (set %s.table to a CSV, JSON Lines or Parquet table): %s"
              .formatted(set.table(), set.setting(), DataException.firstLine(e)),
          e);
    }
  }

  static Column none() {
    return lit(null).cast("string");
  }

  private static Column imageId(ImageSet set, Function<TableColumn, Column> value) {
    boolean byPath = set.columns().id().isEmpty();
    Column id = text(value.apply(byPath ? TableColumn.IMAGE : TableColumn.ID));
    return concat(lit(set.idPrefix()), id);
  }

  private static Column text(Column column) {
    return nullif(trim(column), lit(""));
  }
}
