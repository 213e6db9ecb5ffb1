package io.geolocsft.files;

import com.google.common.collect.AbstractIterator;
import io.geolocsft.failure.EnvironmentException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Every file of a folder, hidden ones left out. Executors list it, level by level, each folder
 * once, and keep what they find until this is closed; the driver learns how many folders a level
 * has, and no path.
 */
public final class FolderListing implements AutoCloseable {

  /** Enough for each core to have some, however uneven the folders are. */
  private static final int TASKS_PER_CORE = 4;

  private final JavaSparkContext spark;
  private final List<JavaRDD<Entry>> levels = new ArrayList<>();

  /** What a folder holds; one of the two is null. */
  private record Entry(String file, Folder folder) implements Serializable {}

  private FolderListing(SparkSession spark) {
    this.spark = JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  /** Lists a folder, or the one file in its place. */
  public static FolderListing of(SparkSession spark, String location) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    FolderListing listing = new FolderListing(spark);
    Path folder = Locations.path(location);
    try {
      FileSystem fs = folder.getFileSystem(hadoop);
      FileStatus status = fs.getFileStatus(folder);
      Lister lister =
          new Lister(new SerializableConfiguration(hadoop), root(fs, folder).toUri().getPath());
      if (status.isDirectory()) {
        listing.list(Folder.top(fs, status.getPath()), lister);
      } else {
        listing.only(lister.below(status.getPath()));
      }
    } catch (IOException e) {
      throw failed(folder, e);
    }
    return listing;
  }

  /**
   * The folder that names of files are told from: of a single file the one that it lies in.
   *
   * @param location a folder or a file
   * @return qualified, as its file system has it
   */
  public static Path root(FileSystem fs, Path location) throws IOException {
    FileStatus status = fs.getFileStatus(location);
    return status.isDirectory() ? status.getPath() : status.getPath().getParent();
  }

  private void only(String file) {
    List<Entry> entries = isHidden(file) ? List.of() : List.of(new Entry(file, null));
    levels.add(spark.parallelize(entries, 1));
  }

  private void list(Folder top, Lister lister) {
    JavaRDD<Folder> folders = spark.parallelize(List.of(top), 1);
    for (long count = 1; count > 0; count = folders.count()) {
      long tasks = Math.min(count, (long) TASKS_PER_CORE * spark.defaultParallelism());
      JavaRDD<Entry> level =
          folders.repartition((int) tasks).flatMap(lister).persist(StorageLevel.MEMORY_AND_DISK());
      levels.add(level);
      folders = level.filter(entry -> entry.folder != null).map(Entry::folder);
    }
  }

  /** Paths below the folder, in any order; of an archive in its place, its name. */
  public JavaRDD<String> files() {
    return levels.stream()
        .reduce(JavaRDD::union)
        .orElseThrow()
        .filter(entry -> entry.file != null)
        .map(Entry::file);
  }

  /** Lets go of what the executors keep. */
  @Override
  public void close() {
    levels.forEach(JavaRDD::unpersist);
  }

  /** Whether a file, or a folder on the way to it, is hidden. */
  public static boolean isHidden(String file) {
    return ("/" + file).contains("/.");
  }

  private static EnvironmentException failed(Path folder, IOException e) {
    return new EnvironmentException("Cannot list " + folder + ": " + e.getMessage(), e);
  }

  /**
   * Lists one folder.
   *
   * @param root path of the set's folder, without a scheme
   */
  private record Lister(SerializableConfiguration hadoop, String root)
      implements FlatMapFunction<Folder, Entry> {

    @Override
    public Iterator<Entry> call(Folder folder) {
      return new AbstractIterator<>() {
        private FileSystem fs;
        private RemoteIterator<FileStatus> statuses;

        @Override
        protected Entry computeNext() {
          try {
            if (statuses == null) {
              fs = folder.path().getFileSystem(hadoop.value());
              statuses = folder.entries(fs);
            }
            while (statuses.hasNext()) {
              Optional<Entry> entry = entry(fs, folder, statuses.next());
              if (entry.isPresent()) {
                return entry.get();
              }
            }
            return endOfData();
          } catch (IOException e) {
            throw failed(folder.path(), e);
          }
        }
      };
    }

    private Optional<Entry> entry(FileSystem fs, Folder folder, FileStatus status)
        throws IOException {
      String file = below(status.getPath());
      if (isHidden(file)) {
        return Optional.empty();
      }
      return status.isDirectory()
          ? folder.below(fs, status.getPath()).map(below -> new Entry(null, below))
          : Optional.of(new Entry(file, null));
    }

    String below(Path path) {
      return path.toUri().getPath().substring(root.length()).replaceFirst("^/+", "");
    }
  }
}
