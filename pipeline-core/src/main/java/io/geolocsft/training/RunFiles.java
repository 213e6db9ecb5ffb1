package io.geolocsft.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * The files of a training run, on a file system that all its ranks see. Names are relative, with
 * {@code /} between folders.
 *
 * <p>No more is expected than an object store can do: there is no renaming, and a file that a
 * writer was killed at may stay in part. Who reads a file checks that it is whole.
 */
public interface RunFiles {

  /**
   * What a folder holds.
   *
   * @return names without the folder's own, in order, with the lengths of files in bytes and -1 for
   *     folders; empty if there is no such folder
   */
  Map<String, Long> list(String folder) throws IOException;

  /**
   * Opens a file.
   *
   * @throws java.io.FileNotFoundException if there is none
   */
  InputStream open(String name) throws IOException;

  /** Writes a file, in place of an older one, and makes the folders that it lies in. */
  OutputStream create(String name) throws IOException;

  /** Deletes a file, or a folder with all that it holds, if it is there. */
  void delete(String name) throws IOException;
}
