package io.geolocsft.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.config.binding.Origin;
import io.geolocsft.config.binding.Problems;
import io.geolocsft.config.binding.RecordBinder;
import io.geolocsft.config.binding.SettingName;
import io.geolocsft.config.binding.SettingRule;
import io.geolocsft.config.binding.SettingTree;
import io.geolocsft.failure.ConfigException;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a configuration. {@code --set sft.rank=8} beats the environment variable {@code
 * GEOLOCSFT_SFT__RANK=8}, which beats the file, which beats the defaults. Unknown settings, wrong
 * types and values out of range are reported all at once.
 */
public final class ConfigReader {

  /** Environment variables with this prefix and a {@code __} between section and setting. */
  private static final String PREFIX = "GEOLOCSFT_";

  private ConfigReader() {}

  /**
   * Reads a file and what is set over it.
   *
   * @param file in YAML; relative paths in it start at its own folder
   * @param sets {@code path=value} each, as after {@code --set}
   * @param environment all environment variables; those that do not look like settings are left
   * @throws ConfigException with every problem
   */
  public static PipelineConfig read(Path file, List<String> sets, Map<String, String> environment) {
    Path folder = file.toAbsolutePath().getParent();
    SettingTree tree = SettingTree.parse(text(file), new Origin(file.toString(), folder));
    return bind(tree, file.toString(), sets, environment);
  }

  /**
   * Reads YAML from a text; relative paths start at the working directory.
   *
   * @param sets {@code path=value} each
   * @throws ConfigException with every problem
   */
  public static PipelineConfig parse(String yaml, String... sets) {
    return parse(yaml, List.of(sets), Map.of());
  }

  /**
   * Reads YAML from a text and what is set over it; relative paths start at the working directory.
   *
   * @param sets {@code path=value} each
   * @param environment all environment variables
   * @throws ConfigException with every problem
   */
  public static PipelineConfig parse(
      String yaml, List<String> sets, Map<String, String> environment) {
    Origin origin = new Origin("the configuration", Path.of(""));
    return bind(SettingTree.parse(yaml, origin), origin.name(), sets, environment);
  }

  /**
   * Makes one section from values that a program sets; what is not given has its default.
   *
   * @param values by their names in Java, such as {@code learningRate}
   * @param origin what a message names as the place of the values
   * @throws ConfigException with every problem
   */
  public static <T extends Record> T section(Class<T> type, Map<String, ?> values, String origin) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    values.forEach((name, value) -> node.set(SettingName.of(name), Settings.node(value)));
    Problems problems = new Problems();
    SettingTree tree = SettingTree.of(node, new Origin(origin, Path.of("")));
    T section = new RecordBinder(tree, problems).bind(type);
    problems.throwIfAny(origin);
    return section;
  }

  /**
   * What the settings of a section are when nobody sets them, by their names in Java. Required
   * settings, lists and sections below it are left out.
   */
  public static Map<String, Object> defaults(Class<? extends Record> type) {
    Map<String, Object> defaults = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      SettingRule rule = SettingRule.of(component);
      if (rule.defaultValue() != null && component.getType() != List.class) {
        JsonNode value = SettingTree.value(rule.defaultValue());
        defaults.put(
            component.getName(), rule.read(value, new Origin("default", Path.of(""))).value());
      }
    }
    return defaults;
  }

  private static PipelineConfig bind(
      SettingTree tree, String name, List<String> sets, Map<String, String> environment) {
    Problems problems = new Problems();
    new TreeMap<>(environment).forEach((key, value) -> fromEnvironment(tree, key, value, problems));
    sets.forEach(set -> fromCommandLine(tree, set, problems));
    PipelineConfig config = new RecordBinder(tree, problems).bind(PipelineConfig.class);
    problems.throwIfAny(name);
    return config;
  }

  private static void fromEnvironment(
      SettingTree tree, String variable, String value, Problems problems) {
    if (variable.startsWith(PREFIX) && variable.contains("__")) {
      String path = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace("__", ".");
      tree.override(
          path, value, new Origin("environment variable " + variable, Path.of("")), problems);
    }
  }

  private static void fromCommandLine(SettingTree tree, String set, Problems problems) {
    int equals = set.indexOf('=');
    if (equals <= 0) {
      problems.add("--set " + set, "is not of the form path=value, as in --set sft.rank=8");
      return;
    }
    tree.override(
        set.substring(0, equals).trim(),
        set.substring(equals + 1),
        new Origin("--set " + set, Path.of("")),
        problems);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException("There is no configuration file " + file);
    } catch (CharacterCodingException e) {
      throw new ConfigException("The configuration file %s is not UTF-8 text".formatted(file));
    } catch (IOException e) {
      throw new ConfigException("Cannot read the configuration file %s: %s".formatted(file, e));
    }
  }
}
