package io.geolocsft.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file that says with which parameters a set of folders was written. It is there only if they are
 * complete.
 */
record Stamp(Path file, List<Path> folders, String parameters) {

  boolean isCurrent() throws IOException {
    return Files.exists(file) && Files.readString(file).equals(parameters);
  }

  /** Removes what another run wrote. */
  void clear() throws IOException {
    Files.deleteIfExists(file);
    for (Path folder : folders) {
      delete(folder.resolve(ImageFolder.IMAGES));
      Files.deleteIfExists(folder.resolve(ImageFolder.TABLE));
      Files.createDirectories(folder);
    }
  }

  void set() throws IOException {
    Files.writeString(file, parameters);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
