package io.geolocsft.judge;

import static io.geolocsft.judge.InputColumn.ANSWER;
import static io.geolocsft.judge.InputColumn.IMAGE;
import static io.geolocsft.judge.InputColumn.LATITUDE;
import static io.geolocsft.judge.InputColumn.LONGITUDE;

import io.geolocsft.failure.DataException;
import io.geolocsft.failure.Excerpt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which columns of a file are read: those that are named, else those of usual names.
 *
 * @param names by what they tell
 */
record FoundColumns(InputRole role, Map<InputColumn, String> names) {

  /**
   * Looks for them.
   *
   * @param named what the user says
   * @param file for messages
   * @throws DataException if some that must be there are not, or stand there twice
   */
  static FoundColumns in(
      List<String> all, InputRole role, Map<InputColumn, String> named, String file) {
    List<String> problems = new ArrayList<>();
    FoundColumns found = new FoundColumns(role, look(all, role, named));
    for (Map.Entry<InputColumn, String> column : named.entrySet()) {
      if (!all.contains(column.getValue())) {
        problems.add("no column '%s'".formatted(column.getValue()));
      }
    }
    for (String name : found.names.values()) {
      if (Collections.frequency(all, name) > 1) {
        problems.add("more than one column '%s'".formatted(name));
      }
    }
    if (problems.isEmpty() && !found.has(IMAGE)) {
      problems.add("no column that names its images");
    }
    if (problems.isEmpty() && !found.isPoint() && !found.has(ANSWER)) {
      problems.add(
          role == InputRole.TRUTH
              ? "no columns of latitude and longitude"
              : "neither columns of latitude and longitude nor one of answers");
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "%s has %s; its columns are %s: name the right ones by %s %s"
              .formatted(
                  file,
                  String.join(" and ", problems),
                  Excerpt.of(all),
                  role.columnsOption(),
                  example(role)));
    }
    return found;
  }

  private static String example(InputRole role) {
    return role == InputRole.TRUTH
        ? "image=NAME,latitude=NAME,longitude=NAME"
        : "image=NAME,latitude=NAME,longitude=NAME or image=NAME,answer=NAME";
  }

  /** Whether all that must be there are. */
  static boolean areIn(List<String> all, InputRole role, Map<InputColumn, String> named) {
    FoundColumns found = new FoundColumns(role, look(all, role, named));
    return all.containsAll(named.values())
        && found.has(IMAGE)
        && (found.isPoint() || found.has(ANSWER));
  }

  private static Map<InputColumn, String> look(
      List<String> all, InputRole role, Map<InputColumn, String> named) {
    Map<InputColumn, String> names = new EnumMap<>(InputColumn.class);
    // Who names a column of answers wants it read, whatever else there is.
    boolean onlyAnswers = named.containsKey(ANSWER);
    for (InputColumn column : role.columns()) {
      boolean isPoint = column == LATITUDE || column == LONGITUDE;
      Optional.ofNullable(named.get(column))
          .or(() -> isPoint && onlyAnswers ? Optional.empty() : column.among(all, role))
          .ifPresent(name -> names.put(column, name));
    }
    if (names.containsKey(LATITUDE) && names.containsKey(LONGITUDE)) {
      names.remove(ANSWER);
    } else if (names.containsKey(ANSWER)) {
      names.remove(LATITUDE);
      names.remove(LONGITUDE);
    }
    return names;
  }

  /** The same where one of them is not used. */
  FoundColumns without(InputColumn column) {
    Map<InputColumn, String> others = new EnumMap<>(InputColumn.class);
    others.putAll(names);
    others.remove(column);
    return new FoundColumns(role, others);
  }

  boolean has(InputColumn column) {
    return names.containsKey(column);
  }

  private boolean isPoint() {
    return has(LATITUDE) && has(LONGITUDE);
  }

  /** For a note of what was read. */
  String text() {
    return names.entrySet().stream()
        .map(column -> column.getKey().key() + " " + column.getValue())
        .collect(Collectors.joining(", "));
  }
}
