package io.geolocsft.files;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.functional.RemoteIterators;

/**
 * The files of a folder and of all folders below it, in any order, listed as they are asked for.
 */
public final class FolderFiles implements RemoteIterator<FileStatus> {

  private record Open(Folder folder, RemoteIterator<FileStatus> entries) {}

  private final FileSystem fs;

  /** The folder that is being listed, before those that it lies in. */
  private final Deque<Open> open = new ArrayDeque<>();

  private FileStatus next;

  private FolderFiles(FileSystem fs) {
    this.fs = fs;
  }

  /**
   * Lists them, or the one file that the path is. A symbolic link to a folder that it lies in is
   * passed over.
   */
  public static RemoteIterator<FileStatus> of(FileSystem fs, Path path) throws IOException {
    FileStatus status = fs.getFileStatus(path);
    if (!status.isDirectory()) {
      return RemoteIterators.remoteIteratorFromSingleton(status);
    }
    FolderFiles files = new FolderFiles(fs);
    files.open(Folder.top(fs, status.getPath()));
    return files;
  }

  private void open(Folder folder) throws IOException {
    open.push(new Open(folder, folder.entries(fs)));
  }

  @Override
  public boolean hasNext() throws IOException {
    while (next == null && !open.isEmpty()) {
      advance();
    }
    return next != null;
  }

  private void advance() throws IOException {
    Open last = open.element();
    if (!last.entries().hasNext()) {
      open.pop();
      return;
    }
    FileStatus entry = last.entries().next();
    if (!entry.isDirectory()) {
      next = entry;
      return;
    }
    Optional<Folder> below = last.folder().below(fs, entry.getPath());
    if (below.isPresent()) {
      open(below.get());
    }
  }

  @Override
  public FileStatus next() throws IOException {
    if (!hasNext()) {
      throw new NoSuchElementException("There is no further file");
    }
    FileStatus file = next;
    next = null;
    return file;
  }
}
