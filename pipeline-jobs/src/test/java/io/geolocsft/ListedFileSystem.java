package io.geolocsft;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.TaskContext;

/**
 * The local disk as {@code listed:///path}, which counts how often each folder was listed to its
 * end, by tasks and by the driver.
 */
public final class ListedFileSystem extends RawLocalFileSystem {

  private static final Map<String, Integer> BY_TASKS = new ConcurrentHashMap<>();
  private static final Map<String, Integer> BY_DRIVER = new ConcurrentHashMap<>();

  /** Paths of folders, each with how many listings of it tasks have read to their end. */
  public static Map<String, Integer> byTasks() {
    return new TreeMap<>(BY_TASKS);
  }

  /** The same of the driver. */
  public static Map<String, Integer> byDriver() {
    return new TreeMap<>(BY_DRIVER);
  }

  /** Counts from zero. */
  public static void reset() {
    BY_TASKS.clear();
    BY_DRIVER.clear();
  }

  @Override
  public URI getUri() {
    return URI.create("listed:///");
  }

  @Override
  public String getScheme() {
    return "listed";
  }

  @Override
  public RemoteIterator<FileStatus> listStatusIterator(Path path) throws IOException {
    RemoteIterator<FileStatus> entries = super.listStatusIterator(path);
    return new RemoteIterator<>() {
      private boolean isCounted;

      @Override
      public boolean hasNext() throws IOException {
        boolean hasNext = entries.hasNext();
        if (!hasNext && !isCounted) {
          isCounted = true;
          (TaskContext.get() == null ? BY_DRIVER : BY_TASKS)
              .merge(path.toUri().getPath(), 1, Integer::sum);
        }
        return hasNext;
      }

      @Override
      public FileStatus next() throws IOException {
        return entries.next();
      }
    };
  }
}
