package io.geolocsft.stage.ingest.listing;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.nullif;
import static org.apache.spark.sql.functions.trim;

import io.geolocsft.config.ImageSet;
import io.geolocsft.config.TableColumn;
import io.geolocsft.config.TableLayout;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.FolderListing;
import io.geolocsft.files.Locations;
import io.geolocsft.parquet.ParquetParts;
import io.geolocsft.table.Seal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The rows of an image set before any image is read, all as text; blank is null. Columns: split,
 * those of {@link RowOrigin}, image_id, and those of {@link TableColumn} but {@code id}.
 */
public final class ListedImages {

  private ListedImages() {}

  /**
   * Reads the table of a set, or lists its folder where it has none.
   *
   * @param listings takes the listing of the folder, for the caller to close when it has read the
   *     rows
   * @throws DataException if the table or folder is empty or lacks columns
   */
  public static Dataset<Row> of(SparkSession spark, ImageSet set, List<FolderListing> listings) {
    if (!set.table().isEmpty()) {
      return ImageFiles.of(spark, set, listings).locate(table(spark, set));
    }
    requireNoIds(set);
    return set.layout() == TableLayout.WEBDATASET
        ? WebDataset.read(spark, set, listings)
        : ImageFiles.of(spark, set, listings).listed();
  }

  /**
   * Looks at a set's table, without its rows.
   *
   * @throws DataException if it lacks columns
   */
  public static void check(SparkSession spark, ImageSet set) {
    if (set.table().isEmpty()) {
      requireNoIds(set);
    } else {
      table(spark, set);
    }
  }

  /**
   * The names of a table's columns in their order, whatever they are called.
   *
   * @throws DataException if the table is empty or damaged
   */
  public static List<String> names(SparkSession spark, TableLocation table) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    return switch (TableForm.of(table, hadoop)) {
      case PARQUET ->
          ParquetParts.of(spark, table.location(), table.setting(), List.of()).first().names();
      case JSON -> List.of(Locations.reader(spark).json(table.location()).columns());
      default ->
          CsvHeader.find(table, TextFile.of(table, hadoop).head(hadoop), names -> false).names();
    };
  }

  private static void requireNoIds(ImageSet set) {
    if (!set.columns().id().isEmpty() && set.layout() != TableLayout.WEBDATASET) {
      throw new DataException(
          "%1$s.columns.id needs a table with ids: set %1$s.table, or leave the ids out"
              .formatted(set.setting()));
    }
  }

  /**
   * A benchmark that was frozen must be what it was.
   *
   * @throws DataException if it is not
   */
  public static void requireIntact(SparkSession spark, ImageSet set) {
    if (!isParquet(spark, set)) {
      return;
    }
    try {
      Seal.problem(set.table(), spark.sessionState().newHadoopConf())
          .ifPresent(
              problem -> {
                throw new DataException(
                    "%s is not what was frozen: %s. Get a complete copy, or set %s.table to another"
                        .formatted(set.table(), problem, set.setting()));
              });
    } catch (IOException e) {
      throw new EnvironmentException(
          "Cannot read %s: %s".formatted(set.table(), e.getMessage()), e);
    }
  }

  /** Whether a set has a table in Parquet: a file or a folder. */
  static boolean isParquet(SparkSession spark, ImageSet set) {
    return TableForm.of(TableLocation.of(set), spark.sessionState().newHadoopConf())
        == TableForm.PARQUET;
  }

  private static Dataset<Row> table(SparkSession spark, ImageSet set) {
    return switch (TableForm.of(TableLocation.of(set), spark.sessionState().newHadoopConf())) {
      case PARQUET -> ParquetTable.read(spark, set);
      case JSON -> JsonTable.read(spark, set);
      default -> CsvTable.read(spark, set);
    };
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
