package io.geolocsft.cli;

import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.files.Locations;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The images of a run's {@code selection}, which names them and no more: what they are stands in
 * the table {@code binned} that lies beside it.
 *
 * @param binned the rows of {@code binned} that the selection was drawn from
 */
record DescribedImages(Dataset<Row> binned) {

  /**
   * Looks whether a table is a selection.
   *
   * @param table path or URI of a folder
   * @return empty if it is any other table
   * @throws ConfigException if it is one whose {@code binned} is not there
   * @throws DataException if it was drawn from another one
   */
  static Optional<DescribedImages> of(SparkSession spark, String table) {
    Path folder = qualified(table, spark.sessionState().newHadoopConf());
    Path tables = folder.getParent();
    if (!folder.getName().equals(Tables.SELECTION.name())
        || tables == null
        || tables.getParent() == null) {
      return Optional.empty();
    }
    TableStore run = TableStore.open(spark, tables.getParent().toString());
    return run.manifest(Tables.SELECTION.name()).map(selection -> of(run, folder, selection));
  }

  private static DescribedImages of(TableStore run, Path folder, Manifest selection) {
    String from = selection.inputs().get(Tables.BINNED.name());
    Manifest binned =
        run.manifest(Tables.BINNED.name())
            .orElseThrow(
                () ->
                    new ConfigException(
                        "%s has only the ids of its images, and the table binned, which describes them, is not beside it: copy it there, or give another table"
                            .formatted(folder)));
    if (!binned.id().equals(from)) {
      throw new DataException(
          "%s was drawn from another table binned than the one beside it: run the stage select again"
              .formatted(folder));
    }
    return new DescribedImages(run.read(Tables.BINNED).where("split = 'train'"));
  }

  private static Path qualified(String table, Configuration hadoop) {
    try {
      Path path = Locations.path(table);
      return path.getFileSystem(hadoop).makeQualified(path);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot reach " + table, e);
    }
  }

  /** Those of them that are chosen. */
  Dataset<Row> of(Dataset<Row> chosen) {
    return binned.join(chosen.select("image_id"), "image_id");
  }
}
