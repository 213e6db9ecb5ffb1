package io.geolocsft.table;

import java.nio.file.Path;

/** Fills a folder that is then published as a whole. */
@FunctionalInterface
public interface DirectoryWriter {

  /**
   * Writes the files.
   *
   * @param folder an empty local folder
   * @throws Exception whatever went wrong; nothing is published then
   */
  void write(Path folder) throws Exception;
}
