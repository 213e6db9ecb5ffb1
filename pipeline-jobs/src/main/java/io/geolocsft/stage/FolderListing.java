package io.geolocsft.stage;

import io.geolocsft.archive.Locations;
import io.geolocsft.table.FolderFiles;
import java.io.IOException;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Every file of a folder, hidden ones left out. */
final class FolderListing {

  private FolderListing() {}

  /** Paths below the set's folder; of an archive in its place, its name. */
  static TreeSet<String> files(SparkSession spark, ImageSet set) {
    Path folder = Locations.path(set.images());
    TreeSet<String> files = new TreeSet<>();
    try {
      FileSystem fs = folder.getFileSystem(spark.sessionState().newHadoopConf());
      String root = ImageRoot.folder(fs, folder).toUri().getPath();
      for (FileStatus status : FolderFiles.of(fs, folder)) {
        String path = status.getPath().toUri().getPath();
        String file = path.substring(root.length()).replaceFirst("^/+", "");
        if (!("/" + file).contains("/.")) {
          files.add(file);
        }
      }
    } catch (IOException e) {
      throw new EnvironmentException("Cannot list " + folder + ": " + e.getMessage(), e);
    }
    return files;
  }
}
