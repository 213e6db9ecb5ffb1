package io.geolocsft.table;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** The files of a folder and of all folders below it. */
public final class FolderFiles {

  private FolderFiles() {}

  /**
   * A folder on the way down.
   *
   * @param real of a local one where it lies, and where those lie that it was reached by: a
   *     symbolic link to one of them leads in a circle
   */
  private record Open(FileStatus entry, Set<String> real) {}

  /**
   * Lists them, or the one file that the path is. A symbolic link to a folder that it lies in is
   * passed over.
   *
   * <p>Not by {@link FileSystem#listFiles}: on a local disk that starts a process for every file,
   * to ask for its permissions.
   */
  public static List<FileStatus> of(FileSystem fs, Path path) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    Deque<Open> open = new ArrayDeque<>();
    open.add(new Open(fs.getFileStatus(path), Set.of()));
    while (!open.isEmpty()) {
      Open next = open.remove();
      if (!next.entry().isDirectory()) {
        files.add(next.entry());
        continue;
      }
      Set<String> real = new HashSet<>(next.real());
      if (real.add(real(fs, next.entry().getPath()))) {
        for (FileStatus entry : fs.listStatus(next.entry().getPath())) {
          open.add(new Open(entry, real));
        }
      }
    }
    return files;
  }

  /** Other file systems have no such links: there each path is its own. */
  private static String real(FileSystem fs, Path folder) throws IOException {
    return fs instanceof LocalFileSystem local
        ? local.pathToFile(folder).toPath().toRealPath().toString()
        : folder.toString();
  }
}
