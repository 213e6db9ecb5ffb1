package io.geolocsft.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Deletes a stage's scratch folders, of whatever lineage. */
final class Scratch {

  private Scratch() {}

  static void delete(Path root, String stage) throws IOException {
    if (!Files.isDirectory(root)) {
      return;
    }
    for (Path folder : list(root)) {
      if (folder.getFileName().toString().matches("\\Q" + stage + "\\E-[0-9a-f]{32}")) {
        deleteTree(folder);
      }
    }
    if (list(root).isEmpty()) {
      Files.delete(root);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
