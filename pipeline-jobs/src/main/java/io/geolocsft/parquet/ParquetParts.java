package io.geolocsft.parquet;

import io.geolocsft.failure.DataException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.failure.Excerpt;
import io.geolocsft.files.FolderFiles;
import io.geolocsft.files.Locations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.functional.RemoteIterators;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The files of a Parquet table, one or those of a folder, by what their footers say of the columns
 * that are asked for. They need not agree in anything else, nor in these columns' types.
 *
 * @param root the path of the folder that they are in
 * @param parts in the order of their paths
 */
public record ParquetParts(Path root, List<PartFooter> parts) {

  private static final int FOOTERS_PER_TASK = 20;

  /**
   * Looks at a table.
   *
   * @param location of its file or folder
   * @param setting that names it
   * @param asked names of columns; empty ones are none
   * @throws DataException if a file is damaged, there is none, or they are another format's
   */
  public static ParquetParts of(
      SparkSession spark, String location, String setting, List<String> asked) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    Path table = Locations.path(location);
    try {
      FileSystem fs = table.getFileSystem(hadoop);
      Path whole = fs.makeQualified(table);
      boolean isFolder = fs.getFileStatus(whole).isDirectory();
      List<String> files = isFolder ? files(fs, whole, setting) : List.of(whole.toString());
      List<PartFooter> footers = footers(spark, files, asked, hadoop);
      return new ParquetParts(
          isFolder ? whole : whole.getParent(), readable(location, setting, footers));
    } catch (IOException e) {
      throw new EnvironmentException("Cannot read %s: %s".formatted(location, e.getMessage()), e);
    }
  }

  private static List<String> files(FileSystem fs, Path folder, String setting) throws IOException {
    LakeTable.of(fs, folder)
        .ifPresent(
            lake -> {
              throw new DataException(
                  "%s is not plain Parquet: %s, and set %s to that"
                      .formatted(folder, lake.remedy(), setting));
            });
    return RemoteIterators.toList(FolderFiles.of(fs, folder)).stream()
        .map(FileStatus::getPath)
        .filter(file -> !isHidden(file, folder))
        .map(Path::toString)
        .sorted()
        .toList();
  }

  /** As Spark and Hive see it: a partition's folder may begin with an underscore. */
  private static boolean isHidden(Path file, Path folder) {
    String below = file.toUri().getPath().substring(folder.toUri().getPath().length());
    return Arrays.stream(below.split("/"))
        .anyMatch(part -> part.startsWith(".") || part.startsWith("_") && !part.contains("="));
  }

  private static List<PartFooter> footers(
      SparkSession spark, List<String> files, List<String> asked, Configuration hadoop) {
    var configuration = new SerializableConfiguration(hadoop);
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(files, 1 + files.size() / FOOTERS_PER_TASK)
        .map(file -> PartFooter.read(file, asked, configuration.value()))
        .collect();
  }

  private static List<PartFooter> readable(
      String location, String setting, List<PartFooter> footers) {
    for (PartFooter footer : footers) {
      if (!footer.problem().isEmpty()) {
        throw new DataException(
            "%s %s. Get a complete copy, leave it out, or set %s to another table"
                .formatted(footer.file(), footer.problem(), setting));
      }
    }
    List<PartFooter> parts = footers.stream().filter(footer -> !footer.isOther()).toList();
    if (parts.isEmpty()) {
      List<String> others = footers.stream().map(part -> new Path(part.file()).getName()).toList();
      throw new DataException(
          "%s holds no Parquet file but %s; set %s to one of its files or to another table"
              .formatted(location, Excerpt.of(others), setting));
    }
    return parts;
  }

  /** Files that are read alike. */
  public List<ParquetParts> alike() {
    Map<String, List<PartFooter>> alike = new TreeMap<>();
    for (PartFooter part : parts) {
      alike
          .computeIfAbsent(part.asked().json() + part.nanoseconds(), unused -> new ArrayList<>())
          .add(part);
    }
    return alike.values().stream().map(group -> new ParquetParts(root, group)).toList();
  }

  /** The first file, which is like the others of {@link #alike}. */
  public PartFooter first() {
    return parts.get(0);
  }

  public List<String> files() {
    return parts.stream().map(PartFooter::file).toList();
  }

  /** The names that folders give their files' rows, {@code country=FR/}, in any order. */
  public Set<String> folderColumns() {
    return parts.stream()
        .flatMap(part -> PartPath.of(root, part.file()).columns().keySet().stream())
        .collect(Collectors.toSet());
  }
}
