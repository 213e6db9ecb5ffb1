package io.geolocsft.table;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The files of a folder and of all folders below it. */
public final class FolderFiles {

  private FolderFiles() {}

  /**
   * Lists them, or the one file that the path is.
   *
   * <p>Not by {@link FileSystem#listFiles}: on a local disk that starts a process for every file,
   * to ask for its permissions.
   */
  public static List<FileStatus> of(FileSystem fs, Path path) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    Deque<FileStatus> open = new ArrayDeque<>();
    open.add(fs.getFileStatus(path));
    while (!open.isEmpty()) {
      FileStatus entry = open.remove();
      if (entry.isDirectory()) {
        open.addAll(List.of(fs.listStatus(entry.getPath())));
      } else {
        files.add(entry);
      }
    }
    return files;
  }
}
