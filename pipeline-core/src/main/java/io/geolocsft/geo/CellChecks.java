package io.geolocsft.geo;

/** What every cell system checks alike. */
final class CellChecks {

  private CellChecks() {}

  static void level(CellSystem cells, int level) {
    if (level < 0 || level > cells.maxLevel()) {
      throw new IllegalArgumentException(
          "%s has no level %d (allowed 0 to %d)".formatted(cells.name(), level, cells.maxLevel()));
    }
  }

  /** For an ancestor at {@code level} of a cell at {@code own}. */
  static void ancestor(CellSystem cells, int own, int level) {
    if (level < 0 || level > own) {
      throw new IllegalArgumentException(
          "A cell of level %d has no parent of level %d (%s)".formatted(own, level, cells.name()));
    }
  }

  /** For descendants at {@code level} of a cell at {@code own}. */
  static void descendant(CellSystem cells, int own, int level) {
    if (level < own || level > cells.maxLevel()) {
      throw new IllegalArgumentException(
          "A cell of level %d has no descendants of level %d (%s)"
              .formatted(own, level, cells.name()));
    }
  }

  static void valid(CellSystem cells, long id) {
    if (!cells.isValid(id)) {
      throw new IllegalArgumentException("Not a cell id of %s: %d".formatted(cells.name(), id));
    }
  }
}
