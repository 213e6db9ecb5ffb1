package io.geolocsft.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Tells whether files outside the output folder have changed, without reading them. */
public final class Fingerprint {

  /** Of no files; what is added to it stays as it is. */
  private static final HashCode NOTHING =
      HashCode.fromBytes(new byte[Hashing.sha256().bits() / Byte.SIZE]);

  private Fingerprint() {}

  /**
   * The paths, sizes and modification times of a file, or of all files in a folder: the sum of
   * their hashes, so that none is kept, and no order of listing counts.
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
      return of(FolderFiles.of(fs, path));
    } catch (IOException e) {
      throw new EnvironmentException("Cannot list " + location + ": " + e.getMessage(), e);
    }
  }

  /** Of some files, in any order. */
  static String of(RemoteIterator<FileStatus> files) throws IOException {
    HashCode sum = NOTHING;
    while (files.hasNext()) {
      HashCode file = Hashing.sha256().hashString(line(files.next()), UTF_8);
      sum = Hashing.combineUnordered(List.of(sum, file));
    }
    return shortened(sum);
  }

  /** The content of a small local file, whenever it was written and wherever it lies. */
  public static String ofContent(java.nio.file.Path file) {
    try {
      return shortened(Hashing.sha256().hashBytes(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** The names, sizes and modification times of local files, wherever they lie. */
  public static String ofTimes(List<java.nio.file.Path> files) {
    TreeSet<String> lines = new TreeSet<>();
    try {
      for (java.nio.file.Path file : files) {
        long time = Files.getLastModifiedTime(file).toMillis();
        lines.add(file.getFileName() + " " + Files.size(file) + " " + time);
      }
    } catch (IOException e) {
      throw new EnvironmentException("Cannot look at a file: " + e, e);
    }
    return shortened(Hashing.sha256().hashString(String.join("\n", lines), UTF_8));
  }

  private static String shortened(HashCode hash) {
    return hash.toString().substring(0, 32);
  }

  private static String line(FileStatus file) {
    return file.getPath() + " " + file.getLen() + " " + file.getModificationTime();
  }
}
