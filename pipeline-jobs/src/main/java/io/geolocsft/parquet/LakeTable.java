package io.geolocsft.parquet;

import io.geolocsft.files.Locations;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Folders of Parquet files that a table format keeps a log beside: which files count, it alone
 * says.
 */
enum LakeTable {
  DELTA("Delta Lake", "_delta_log", ""),
  HUDI("Apache Hudi", ".hoodie", ""),
  ICEBERG("Apache Iceberg", "metadata", ".metadata.json");

  private final String title;
  private final String folder;
  private final String fileEnd;

  LakeTable(String title, String folder, String fileEnd) {
    this.title = title;
    this.folder = folder;
    this.fileEnd = fileEnd;
  }

  /**
   * What a folder belongs to; Iceberg keeps its files in one below the table's.
   *
   * @param folder qualified
   */
  static Optional<LakeTable> of(FileSystem fs, Path folder) throws IOException {
    for (Path place = folder; place != null; place = parent(folder, place)) {
      for (LakeTable table : values()) {
        if (table.isAt(fs, place)) {
          return Optional.of(table);
        }
      }
    }
    return Optional.empty();
  }

  /** The folder itself, and the one it is in. */
  private static Path parent(Path folder, Path place) {
    return place.equals(folder) ? folder.getParent() : null;
  }

  private boolean isAt(FileSystem fs, Path place) throws IOException {
    try {
      return Stream.of(fs.listStatus(Locations.child(place, folder)))
          .anyMatch(file -> file.getPath().getName().endsWith(fileEnd));
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** How its rows come out of it. */
  String remedy() {
    return "it is a table of %s, whose log says which of its files count. Write its rows as plain Parquet, for example with spark.read.format(\"%s\").load(...).write.parquet(...)"
        .formatted(title, name().toLowerCase(Locale.ROOT));
  }
}
