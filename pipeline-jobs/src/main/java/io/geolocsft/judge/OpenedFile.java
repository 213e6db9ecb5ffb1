package io.geolocsft.judge;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.ImageSet;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.failure.Excerpt;
import io.geolocsft.files.Locations;
import io.geolocsft.stage.ingest.listing.TableLocation;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A file whose columns are known.
 *
 * @param place the option and the file, for messages
 */
record OpenedFile(InputTable table, FoundColumns columns, String place) {

  /**
   * Opens a file, or of the output folder of a run the table that has what is looked for.
   *
   * @throws ConfigException if there is none
   */
  static OpenedFile of(SparkSession spark, InputFile file, InputRole role) {
    if (file.location().isBlank()) {
      throw new ConfigException(role.option() + " is empty: name a file");
    }
    String location = location(spark, file.location(), role.tableOfRun());
    String place = role.option() + " " + location;
    InputTable table =
        InputTable.open(
            spark,
            new TableLocation(location, role.option()),
            names -> FoundColumns.areIn(names, role, file.columns()));
    return new OpenedFile(
        table, FoundColumns.in(table.names(), role, file.columns(), place), place);
  }

  private static String location(SparkSession spark, String location, String tableOfRun) {
    Path table = Locations.child(Locations.given(location), "tables/" + tableOfRun);
    try {
      FileSystem files = table.getFileSystem(spark.sessionState().newHadoopConf());
      Path named = Locations.path(location);
      // A path below a file is an error on some file systems.
      boolean isRun =
          files.exists(named) && files.getFileStatus(named).isDirectory() && files.exists(table);
      return isRun ? location + "/tables/" + tableOfRun : location;
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read %s: %s".formatted(location, e.getMessage()), e);
    }
  }

  /**
   * The rows of a benchmark: those that its column says, or all where that is of one benchmark or
   * of none. What a run trains on is none.
   *
   * @param rows of this file, perhaps with other columns
   * @throws ConfigException if they are of several, and none is the one that is asked for
   */
  Dataset<Row> ofBenchmark(Dataset<Row> rows, String benchmark) {
    if (!columns.has(InputColumn.BENCHMARK)) {
      return rows;
    }
    Column of = col(InputColumn.BENCHMARK.key());
    Dataset<Row> tested = rows.where(of.isNull().or(of.notEqual(ImageSet.TRAIN)));
    List<String> there = values(tested, InputColumn.BENCHMARK.key());
    if (there.contains(benchmark)) {
      return tested.where(of.equalTo(benchmark));
    }
    if (there.size() > 1) {
      throw new ConfigException(
          "%s is of several benchmarks, %s: name one of them by --benchmark"
              .formatted(place, Excerpt.of(there)));
    }
    return tested;
  }

  /** The different values of a column, alphabetically, the first thousand of them. */
  static List<String> values(Dataset<Row> rows, String column) {
    return rows.select(column)
        .where(col(column).isNotNull())
        .distinct()
        .orderBy(column)
        .limit(1_000)
        .as(Encoders.STRING())
        .collectAsList();
  }

  /** The columns that are read, as text. */
  Dataset<Row> rows() {
    return table.rows(columns.names());
  }
}
