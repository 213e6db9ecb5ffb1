package io.geolocsft.stage.ingest.listing;

import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.Locations;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What kind of table there is. */
public enum TableForm {
  NONE,
  CSV,
  JSON,
  PARQUET;

  private static final Pattern NAMED_JSON = Pattern.compile(".*\\.(json|jsonl|ndjson)(\\.\\w+)?");
  private static final Pattern NAMED_PARQUET = Pattern.compile(".*\\.(parquet|parq|pq)");
  private static final int PROBE_BYTES = 8;

  /**
   * By its name; of a name that does not tell, by its first bytes. A folder is one of Parquet.
   *
   * @throws ConfigException if it is not there
   * @throws EnvironmentException if it cannot be read
   */
  public static TableForm of(TableLocation location, Configuration hadoop) {
    if (location.location().isEmpty()) {
      return NONE;
    }
    String name = location.location().toLowerCase(Locale.ROOT);
    if (NAMED_PARQUET.matcher(name).matches()) {
      return PARQUET;
    }
    Path table = Locations.path(location.location());
    try {
      FileSystem fs = table.getFileSystem(hadoop);
      if (fs.getFileStatus(table).isDirectory() || isParquet(fs, table)) {
        return PARQUET;
      }
    } catch (FileNotFoundException e) {
      throw new ConfigException(
          "There is no readable file or folder %s (%s)"
              .formatted(location.location(), location.setting()));
    } catch (IOException e) {
      throw new EnvironmentException(
          "Cannot read %s: %s".formatted(location.location(), e.getMessage()), e);
    }
    return NAMED_JSON.matcher(name).matches() ? JSON : CSV;
  }

  private static boolean isParquet(FileSystem fs, Path table) throws IOException {
    try (FSDataInputStream in = Locations.open(fs, table)) {
      return TextForm.of(in.readNBytes(PROBE_BYTES)) == TextForm.PARQUET;
    }
  }
}
