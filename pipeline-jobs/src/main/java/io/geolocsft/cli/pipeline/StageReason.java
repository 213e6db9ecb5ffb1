package io.geolocsft.cli.pipeline;

import com.google.common.collect.MapDifference;
import com.google.common.collect.MapDifference.ValueDifference;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import io.geolocsft.stage.Stage;
import io.geolocsft.table.Lineage;
import io.geolocsft.table.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a stage is to be run, or is not.
 *
 * @param isDone whether there is nothing to do
 * @param text for people
 */
record StageReason(boolean isDone, String text) {

  /** Before the names of inputs that lie outside of the output folder. */
  private static final int MOST_DIFFERENCES = 3;

  private static final int LONGEST_VALUE = 40;

  /** The path of a list's element, and what is before the names of its settings. */
  private static final Pattern ELEMENT = Pattern.compile("([^.]+\\.\\d+)\\.");

  /**
   * Compares what outputs would follow from with what those that are there follow from.
   *
   * @param manifests of outputs by their names
   */
  static StageReason of(
      Stage stage, Lineage lineage, boolean force, Function<String, Optional<Manifest>> manifests) {
    List<String> missing = new ArrayList<>();
    for (String output : stage.outputs()) {
      Optional<Manifest> manifest = manifests.apply(output);
      if (manifest.isEmpty()) {
        missing.add(output);
      } else if (!manifest.get().id().equals(lineage.idOf(output))) {
        return toDo(difference(manifest.get(), lineage));
      }
    }
    if (!missing.isEmpty()) {
      boolean isNew = missing.size() == stage.outputs().size();
      return toDo(isNew ? "it has not run yet" : "there is no " + String.join(", ", missing));
    }
    return force ? toDo("--force") : new StageReason(true, "nothing has changed");
  }

  private static StageReason toDo(String text) {
    return new StageReason(false, text);
  }

  private static String difference(Manifest before, Lineage now) {
    List<String> found = new ArrayList<>();
    if (before.revision() != now.revision()) {
      found.add(
          String.format(
              Locale.ROOT,
              "it writes revision %d, but revision %d is stored",
              now.revision(),
              before.revision()));
    }
    found.addAll(settings(Maps.difference(before.settings(), now.settings())));
    found.addAll(inputs(Maps.difference(before.inputs(), now.inputs())));
    int more = found.size() - MOST_DIFFERENCES;
    return more > 0
        ? String.format(
            Locale.ROOT,
            "%s; and %d more",
            String.join("; ", found.subList(0, MOST_DIFFERENCES)),
            more)
        : String.join("; ", found);
  }

  private static List<String> settings(MapDifference<String, String> difference) {
    List<String> found = new ArrayList<>();
    difference
        .entriesDiffering()
        .forEach((path, values) -> found.add("%s is %s".formatted(path, shown(values))));
    Set<String> now = difference.entriesOnlyOnRight().keySet();
    Set<String> before = difference.entriesOnlyOnLeft().keySet();
    Set<String> both =
        Sets.union(difference.entriesInCommon().keySet(), difference.entriesDiffering().keySet());
    whole(now, Sets.union(before, both)).forEach(path -> found.add(path + " is new"));
    whole(before, Sets.union(now, both)).forEach(path -> found.add(path + " is gone"));
    return found;
  }

  /** Paths, or in place of all those of an element of a list the element's own. */
  private static Set<String> whole(Set<String> paths, Set<String> others) {
    Set<String> whole = new LinkedHashSet<>();
    for (String path : paths) {
      Matcher element = ELEMENT.matcher(path);
      boolean isWhole =
          element.lookingAt()
              && others.stream().noneMatch(other -> other.startsWith(element.group()));
      whole.add(isWhole ? element.group(1) : path);
    }
    return whole;
  }

  private static String shown(ValueDifference<String> values) {
    return "%s, was %s".formatted(shortened(values.rightValue()), shortened(values.leftValue()));
  }

  private static String shortened(String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE - 3) + "...";
  }

  private static List<String> inputs(MapDifference<String, String> difference) {
    List<String> found = new ArrayList<>();
    for (Map<String, ?> inputs :
        List.of(
            difference.entriesDiffering(),
            difference.entriesOnlyOnRight(),
            difference.entriesOnlyOnLeft())) {
      for (String input : inputs.keySet()) {
        found.add(
            input.startsWith(Lineage.OUTSIDE)
                ? input.substring(Lineage.OUTSIDE.length()) + " has changed"
                : "another " + input);
      }
    }
    return found;
  }
}
