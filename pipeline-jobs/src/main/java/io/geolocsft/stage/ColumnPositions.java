package io.geolocsft.stage;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the configured columns stand among those of a table. */
final class ColumnPositions {

  private final Map<TableColumn, Integer> positions = new EnumMap<>(TableColumn.class);

  private ColumnPositions() {}

  /**
   * Looks for every column by its exact name.
   *
   * @param found the names in the table, in order
   * @throws DataException if some that must be there are not: all of them at once
   */
  static ColumnPositions find(ImageSet set, List<String> found) {
    List<String> missing =
        Stream.of(TableColumn.values())
            .filter(column -> !found.contains(column.nameIn(set.columns())))
            .filter(column -> !column.mayBeMissing(set))
            .map(column -> complaint(set, column))
            .toList();
    if (!missing.isEmpty()) {
      throw new DataException(
          "%s has no %s; it has the columns %s"
              .formatted(set.table(), String.join(" and no ", missing), found));
    }
    ColumnPositions columns = new ColumnPositions();
    for (TableColumn column : TableColumn.values()) {
      columns.positions.put(column, found.indexOf(column.nameIn(set.columns())));
    }
    return columns;
  }

  /** The index of a column, empty if the table lacks it. */
  Optional<Integer> of(TableColumn column) {
    return Optional.of(positions.get(column)).filter(position -> position >= 0);
  }

  private static String complaint(ImageSet set, TableColumn column) {
    return "column '%s' (set %s.columns.%s to its name)"
        .formatted(column.nameIn(set.columns()), set.setting(), column.key());
  }
}
