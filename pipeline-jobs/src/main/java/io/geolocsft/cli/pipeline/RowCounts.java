package io.geolocsft.cli.pipeline;

import io.geolocsft.table.Manifest;
import io.geolocsft.table.TableStore;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Names of tables with the number of their rows, as {@code cells 1,234, errors_bin 0}. */
final class RowCounts {

  private RowCounts() {}

  static String of(List<String> names, TableStore tables) {
    return names.stream()
        .map(name -> name + count(tables.manifest(name)))
        .collect(Collectors.joining(", "));
  }

  private static String count(Optional<Manifest> manifest) {
    return manifest
        .map(Manifest::rowCount)
        .filter(rows -> rows >= 0)
        .map(rows -> String.format(Locale.ROOT, " %,d", rows))
        .orElse("");
  }
}
