package io.geolocsft.geo;

import java.util.Locale;

/** What every cell system checks alike. */
final class CellChecks {

  private CellChecks() {}

  static void level(CellSystem cells, int level) {
    if (level < 0 || level > cells.maxLevel()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has no level %d (allowed 0 to %d)",
              cells.name(),
              level,
              cells.maxLevel()));
    }
  }

  /** For an ancestor at {@code level} of a cell at {@code own}. */
  static void ancestor(CellSystem cells, int own, int level) {
    if (level < 0 || level > own) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A cell of level %d has no parent of level %d (%s)",
              own,
              level,
              cells.name()));
    }
  }

  /** For descendants at {@code level} of a cell at {@code own}. */
  static void descendant(CellSystem cells, int own, int level) {
    if (level < own || level > cells.maxLevel()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A cell of level %d has no descendants of level %d (%s)",
              own,
              level,
              cells.name()));
    }
  }

  static void valid(CellSystem cells, long id) {
    if (!cells.isValid(id)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Not a cell id of %s: %d", cells.name(), id));
    }
  }
}
