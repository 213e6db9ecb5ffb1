package io.geolocsft.cli.init;

import io.geolocsft.failure.DataException;
import io.geolocsft.files.Locations;
import io.geolocsft.stage.ingest.listing.ListedImages;
import io.geolocsft.stage.ingest.listing.TableLocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.SparkSession;

/** Finds the table of coordinates that belongs to a folder of images. */
record TableSearch(SparkSession spark) {

  /** Of so many entries of a folder; tables stand among few. */
  private static final int MOST_ENTRIES = 10_000;

  private static final Pattern TABLE =
      Pattern.compile("(?i)[^._].*\\.(csv|tsv|txt|jsonl|ndjson|parquet)(\\.gz)?");

  /** A table with the columns that were recognized. */
  record Found(String location, ColumnGuess columns) {}

  /** The first table in a folder or beside it that has images and coordinates. */
  Optional<Found> near(String images) throws IOException {
    Path folder = Locations.path(images);
    FileSystem fs = folder.getFileSystem(spark.sessionState().newHadoopConf());
    List<Path> candidates = new ArrayList<>(tables(fs, folder));
    if (folder.getParent() != null) {
      candidates.addAll(tables(fs, folder.getParent()));
    }
    return candidates.stream()
        .map(
            path ->
                path.toUri().getScheme() == null || path.toUri().getScheme().equals("file")
                    ? path.toUri().getPath()
                    : path.toString())
        .flatMap(location -> catalogue(location).stream())
        .findFirst();
  }

  private static List<Path> tables(FileSystem fs, Path folder) throws IOException {
    List<Path> tables = new ArrayList<>();
    if (fs.getFileStatus(folder).isDirectory()) {
      RemoteIterator<FileStatus> entries = fs.listStatusIterator(folder);
      for (int i = 0; i < MOST_ENTRIES && entries.hasNext(); i++) {
        FileStatus entry = entries.next();
        if (entry.isFile() && TABLE.matcher(entry.getPath().getName()).matches()) {
          tables.add(entry.getPath());
        }
      }
    }
    return tables.stream().sorted().toList();
  }

  private Optional<Found> catalogue(String location) {
    try {
      return Optional.of(in(location)).filter(found -> found.columns().isCatalogue());
    } catch (DataException e) {
      // Whatever else lies there.
      return Optional.empty();
    }
  }

  /**
   * One table.
   *
   * @throws DataException if it cannot be read
   */
  Found in(String location) {
    TableLocation table = new TableLocation(location, "--table");
    return new Found(location, ColumnGuess.of(ListedImages.names(spark, table)));
  }
}
