package io.geolocsft.files;

import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A folder on the way down from another.
 *
 * @param path its own
 * @param real of a local one where it lies, and where those lie that it was reached by: a symbolic
 *     link to one of them leads in a circle. Other file systems have no such links; there it is
 *     empty
 */
public record Folder(Path path, Set<String> real) implements Serializable {

  /** The one that is walked from. */
  public static Folder top(FileSystem fs, Path path) throws IOException {
    return new Folder(
        path, fs instanceof LocalFileSystem local ? Set.of(real(local, path)) : Set.of());
  }

  /**
   * What lies in it, page by page where its file system has pages.
   *
   * <p>Not by {@link FileSystem#listFiles}: on a local disk that starts a process for every file,
   * to ask for its permissions.
   */
  public RemoteIterator<FileStatus> entries(FileSystem fs) throws IOException {
    return fs.listStatusIterator(path);
  }

  /** A folder that lies in it; none if that is a symbolic link to a folder that it lies in. */
  public Optional<Folder> below(FileSystem fs, Path folder) throws IOException {
    if (!(fs instanceof LocalFileSystem local)) {
      return Optional.of(new Folder(folder, real));
    }
    String place = real(local, folder);
    return real.contains(place)
        ? Optional.empty()
        : Optional.of(
            new Folder(folder, ImmutableSet.<String>builder().addAll(real).add(place).build()));
  }

  private static String real(LocalFileSystem local, Path folder) throws IOException {
    return local.pathToFile(folder).toPath().toRealPath().toString();
  }
}
