package io.geolocsft.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Some settings of a configuration by their paths.
 *
 * @param values JSON by path: {@code sft.rank}, and in a list of sections {@code benchmarks.0.name}
 */
public record SettingValues(SortedMap<String, String> values) {

  /** No setting. */
  public static final SettingValues NONE = new SettingValues(Collections.emptySortedMap());

  public SettingValues {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** All of a configuration. */
  public static SettingValues of(PipelineConfig config) {
    SortedMap<String, String> values = new TreeMap<>();
    collect("", Settings.node(config), values);
    return new SettingValues(values);
  }

  private static void collect(String path, JsonNode node, SortedMap<String, String> values) {
    if (node.isObject()) {
      node.properties()
          .forEach(each -> collect(join(path, each.getKey()), each.getValue(), values));
    } else if (node.isArray() && node.path(0).isObject()) {
      for (int i = 0; i < node.size(); i++) {
        collect(join(path, String.valueOf(i)), node.get(i), values);
      }
    } else {
      values.put(path, node.toString());
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /**
   * The settings at or below some paths.
   *
   * @param paths of a section or a setting; {@code *} stands for a place in a list
   * @throws IllegalArgumentException if there is nothing at one of them
   */
  public SettingValues only(String... paths) {
    return filtered(matching(paths));
  }

  /**
   * All settings but those at or below some paths.
   *
   * @throws IllegalArgumentException if there is nothing at one of them
   */
  public SettingValues without(String... paths) {
    return filtered(matching(paths).negate());
  }

  /** These and others. */
  public SettingValues and(SettingValues others) {
    SortedMap<String, String> all = new TreeMap<>(values);
    all.putAll(others.values);
    return new SettingValues(all);
  }

  /** 32 hex digits that are equal if and only if the settings are. */
  public String hash() {
    return Settings.hash(values);
  }

  private SettingValues filtered(Predicate<String> isWanted) {
    return new SettingValues(
        values.entrySet().stream()
            .filter(setting -> isWanted.test(setting.getKey()))
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, TreeMap::new)));
  }

  private Predicate<String> matching(String... paths) {
    List<Predicate<String>> all = Arrays.stream(paths).map(this::matching).toList();
    return path -> all.stream().anyMatch(one -> one.test(path));
  }

  private Predicate<String> matching(String path) {
    String parts =
        Arrays.stream(path.split("\\."))
            .map(part -> part.equals("*") ? "[^.]+" : Pattern.quote(part))
            .collect(Collectors.joining("\\."));
    Predicate<String> matching = Pattern.compile(parts + "(\\..*)?").asMatchPredicate();
    // A list without elements is there all the same.
    String list = path.replaceFirst("\\.\\*.*", "");
    if (values.keySet().stream().noneMatch(matching) && !values.containsKey(list)) {
      throw new IllegalArgumentException("There is no setting " + path);
    }
    return matching;
  }
}
