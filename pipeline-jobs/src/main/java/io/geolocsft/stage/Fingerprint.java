package io.geolocsft.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import io.geolocsft.archive.Locations;
import io.geolocsft.config.ConfigException;
import io.geolocsft.table.FolderFiles;
import java.io.IOException;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Tells whether files outside the output folder have changed, without reading them. */
public final class Fingerprint {

  private Fingerprint() {}

  /**
   * The paths, sizes and modification times of a file, or of all files in a folder.
   *
   * @param location a path or a URI of any Hadoop file system
   * @throws ConfigException if there is nothing
   * @throws EnvironmentException if it cannot be listed
   */
  public static String of(String location) {
    Path path = Locations.path(location);
    try {
      FileSystem fs = path.getFileSystem(SparkHadoopUtil.get().conf());
      if (!fs.exists(path)) {
        throw new ConfigException("There is no file or folder " + location);
      }
      TreeSet<String> files = new TreeSet<>();
      FolderFiles.of(fs, path).forEach(file -> files.add(line(file)));
      String listing = String.join("\n", files);
      return Hashing.sha256().hashString(listing, UTF_8).toString().substring(0, 32);
    } catch (IOException e) {
      throw new EnvironmentException("Cannot list " + location + ": " + e.getMessage(), e);
    }
  }

  private static String line(FileStatus file) {
    return file.getPath() + " " + file.getLen() + " " + file.getModificationTime();
  }
}
