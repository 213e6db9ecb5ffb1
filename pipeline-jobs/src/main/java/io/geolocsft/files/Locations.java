package io.geolocsft.files;

import io.geolocsft.failure.ConfigException;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;

/**
 * Files and folders as their users name them: whatever characters a name has, it means itself. A
 * colon makes no scheme, and brackets, braces, asterisks and question marks stand for nothing else.
 */
public final class Locations {

  private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*", Pattern.DOTALL);

  private static final Map<String, String> RAW_LOCAL_FILES =
      Map.of(
          "fs.file.impl", RawLocalFileSystem.class.getName(), "fs.file.impl.disable.cache", "true");

  private Locations() {}

  /**
   * What a setting names.
   *
   * @param location a path or a URI of any Hadoop file system
   * @throws IllegalArgumentException if it is neither
   */
  public static Path path(String location) {
    if (!URI.matcher(location).matches()) {
      return new Path(null, null, location);
    }
    Path path = new Path(location);
    if ("file".equals(path.toUri().getScheme()) && path.toUri().getAuthority() != null) {
      throw new IllegalArgumentException("a file: URI has one or three slashes");
    }
    return path;
  }

  /**
   * What an option names.
   *
   * @throws ConfigException if it is neither a path nor a URI
   */
  public static Path given(String location) {
    try {
      return path(location);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "'%s' is not a path or URI: %s".formatted(location, e.getMessage()));
    }
  }

  /**
   * What lies in a folder.
   *
   * @param name path below the folder
   * @throws IllegalArgumentException if it is none
   */
  public static Path child(Path folder, String name) {
    return new Path(folder, new Path(null, null, name));
  }

  /** Opens a file whatever its name is. */
  public static FSDataInputStream open(FileSystem fs, Path file) throws IOException {
    return (hasColon(file) ? raw(fs) : fs).open(file);
  }

  /**
   * A local disk without Hadoop's files of checksums: whoever reads a file checks it himself, and
   * some readers of a folder would take them for data.
   */
  public static FileSystem raw(FileSystem fs) {
    return fs instanceof LocalFileSystem local ? local.getRaw() : fs;
  }

  /** Spark's readers, which would take a path for a pattern of paths. */
  public static DataFrameReader reader(SparkSession spark) {
    return spark.read().option(DataSource.GLOB_PATHS_KEY(), "false");
  }

  /** The same for local files whose names may have colons. */
  public static DataFrameReader rawReader(SparkSession spark) {
    return reader(spark).options(RAW_LOCAL_FILES);
  }

  /**
   * A writer of Spark's that writes Parquet into a folder, and nothing else: neither Hadoop's files
   * of checksums beside local ones nor a mark of success.
   *
   * @param folder with its scheme
   */
  public static DataFrameWriter<Row> bare(DataFrameWriter<Row> writer, Path folder) {
    // Other file systems, such as S3A, need the checked one for what they keep on the local disk.
    boolean isLocal = "file".equals(folder.toUri().getScheme());
    return writer
        .options(isLocal ? RAW_LOCAL_FILES : Map.of())
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .option("compression", "zstd");
  }

  /** Whether Hadoop cannot name the file of checksums that may lie beside a local file. */
  public static boolean hasColon(Path file) {
    return file.getName().indexOf(':') >= 0;
  }
}
