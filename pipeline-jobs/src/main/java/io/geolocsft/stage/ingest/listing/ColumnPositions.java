package io.geolocsft.stage.ingest.listing;

import io.geolocsft.config.ImageSet;
import io.geolocsft.config.TableColumn;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.Excerpt;
import java.util.Collections;
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
   * @param where the file, for messages
   * @param found the names in the table, in order
   * @param form how they were told apart, for messages; may be empty
   * @throws DataException if some that must be there are not, or stand there twice: all of them at
   *     once
   */
  public static ColumnPositions find(ImageSet set, String where, List<String> found, String form) {
    List<String> problems = Stream.of(missing(set, found), repeated(set, found)).toList();
    if (!problems.stream().allMatch(String::isEmpty)) {
      throw new DataException(
          "%s %s; it has the columns %s%s"
              .formatted(
                  where,
                  String.join(" and ", problems.stream().filter(one -> !one.isEmpty()).toList()),
                  Excerpt.of(found),
                  form));
    }
    ColumnPositions columns = new ColumnPositions();
    for (TableColumn column : TableColumn.values()) {
      columns.positions.put(column, found.indexOf(column.nameIn(set.columns())));
    }
    return columns;
  }

  /** Whether all that must be there are. */
  static boolean areIn(ImageSet set, List<String> found) {
    return missing(set, found).isEmpty();
  }

  /** The index of a column, empty if the table lacks it. */
  Optional<Integer> of(TableColumn column) {
    return Optional.of(positions.get(column)).filter(position -> position >= 0);
  }

  private static String missing(ImageSet set, List<String> found) {
    List<String> missing =
        Stream.of(TableColumn.values())
            .filter(column -> !found.contains(column.nameIn(set.columns())))
            .filter(column -> !column.mayBeMissing(set))
            .map(column -> named(set, column) + " to its name)")
            .toList();
    return missing.isEmpty() ? "" : "has no " + String.join(" and no ", missing);
  }

  private static String repeated(ImageSet set, List<String> found) {
    List<String> repeated =
        Stream.of(TableColumn.values())
            .filter(column -> !column.nameIn(set.columns()).isEmpty())
            .filter(column -> Collections.frequency(found, column.nameIn(set.columns())) > 1)
            .map(column -> named(set, column) + " to another, or rename one)")
            .toList();
    return repeated.isEmpty() ? "" : "has more than one " + String.join(" and ", repeated);
  }

  private static String named(ImageSet set, TableColumn column) {
    return "column '%s' (set %s.columns.%s"
        .formatted(column.nameIn(set.columns()), set.setting(), column.key());
  }
}
