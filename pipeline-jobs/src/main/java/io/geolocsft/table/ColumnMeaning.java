package io.geolocsft.table;

import java.util.List;
import java.util.Optional;

/**
 * What a column of a table means.
 *
 * @param name the column's
 * @param about a sentence
 * @param unit of a number
 * @param absent when it is null; empty where it never is
 * @param values all that a text can be; none where it may be anything
 * @param refers the table and column in which each value is found, {@code selection.image_id}
 * @param tellsPlace whether a place can be read or calculated from it, though it is no latitude or
 *     longitude
 */
public record ColumnMeaning(
    String name,
    String about,
    Optional<String> unit,
    Optional<String> absent,
    List<String> values,
    Optional<String> refers,
    boolean tellsPlace) {

  public ColumnMeaning {
    values = List.copyOf(values);
  }

  /** All that a reader of the column needs, in a line. */
  public String comment() {
    StringBuilder text = new StringBuilder(about);
    unit.ifPresent(name -> text.append(" (").append(name).append(')'));
    if (!values.isEmpty()) {
      text.append(". One of: ").append(String.join(", ", values));
    }
    absent.ifPresent(when -> text.append(". Null: ").append(when));
    return text.toString();
  }
}
