package io.geolocsft.judge;

import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.Locations;
import io.geolocsft.stage.ingest.listing.TableLocation;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
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
    Path table = Locations.child(Locations.path(location), "tables/" + tableOfRun);
    try {
      boolean isRun = table.getFileSystem(spark.sessionState().newHadoopConf()).exists(table);
      return isRun ? location + "/tables/" + tableOfRun : location;
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read %s: %s".formatted(location, e.getMessage()), e);
    }
  }

  /** The columns that are read, as text. */
  Dataset<Row> rows() {
    return table.rows(columns.names());
  }
}
