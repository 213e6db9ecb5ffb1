package io.geolocsft.cli;

import io.geolocsft.stage.Evaluate;
import io.geolocsft.stage.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The stages in the order of the data.
 *
 * @param entries each reads only what those before it write
 */
record StageList(List<StageEntry> entries) {

  StageList {
    entries = List.copyOf(entries);
  }

  static StageList standard() {
    return new StageList(
        List.of(
            new StageEntry(
                new Evaluate(),
                "Measures how far the answers lie from the truth, with intervals, by slice, and beside references that need no model.",
                "--set evaluate.conventions=[osv5m,pigeon]"),
            new StageEntry(
                new Report(),
                "Writes one page with maps, curves, tables and the best and worst answers.",
                "--set report.examples=24")));
  }

  List<String> names() {
    return entries.stream().map(StageEntry::name).toList();
  }

  Optional<StageEntry> named(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /** The stages from one to another, both included; null stands for the first or the last. */
  List<StageEntry> between(String from, String to) {
    int first = from == null ? 0 : names().indexOf(from);
    int last = to == null ? entries.size() - 1 : names().indexOf(to);
    return first > last ? List.of() : entries.subList(first, last + 1);
  }

  /** The named stages in the order of the data, each once. */
  List<StageEntry> only(List<String> wanted) {
    List<StageEntry> chosen = new ArrayList<>(entries);
    chosen.removeIf(entry -> !wanted.contains(entry.name()));
    return chosen;
  }

  /** The name of the stage that writes a table or folder. */
  Optional<String> writerOf(String output) {
    return entries.stream()
        .filter(entry -> entry.stage().outputs().contains(output))
        .map(StageEntry::name)
        .findFirst();
  }
}
