package io.geolocsft.config.binding;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.geolocsft.failure.ConfigException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The values that were set, as written, with the origin of each. */
public final class SettingTree {

  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ObjectNode root;
  private final Origin origin;
  private final Map<String, Origin> overrides = new HashMap<>();

  private SettingTree(ObjectNode root, Origin origin) {
    this.root = root;
    this.origin = origin;
  }

  /**
   * Reads a YAML document.
   *
   * @throws ConfigException if it is not YAML, names a key twice or is not a mapping
   */
  public static SettingTree parse(String yaml, Origin origin) {
    try {
      JsonNode node = YAML.readTree(yaml);
      if (node == null || node.isMissingNode() || node.isNull()) {
        return new SettingTree(JsonNodeFactory.instance.objectNode(), origin);
      }
      if (node instanceof ObjectNode mapping) {
        return new SettingTree(mapping, origin);
      }
      throw new ConfigException(
          "%s: expected sections such as 'run:', found %s"
              .formatted(origin.name(), shorten(node.toString())));
    } catch (JsonProcessingException e) {
      throw new ConfigException(
          "%s is not valid YAML: %s, %s"
              .formatted(origin.name(), e.getOriginalMessage(), place(e.getLocation())));
    }
  }

  /** Values that a program sets. */
  public static SettingTree of(ObjectNode values, Origin origin) {
    return new SettingTree(values, origin);
  }

  /** One value in YAML, for example the elements of a list; null if it is not YAML. */
  public static JsonNode value(String yaml) {
    try {
      return YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  JsonNode root() {
    return root;
  }

  /** The origin of a value: its own override's, one of a section's around it, or the file's. */
  Origin originOf(String path) {
    for (String at = path; !at.isEmpty(); at = parent(at)) {
      if (overrides.containsKey(at)) {
        return overrides.get(at);
      }
    }
    return origin;
  }

  /** Sets a value over what stands there; {@code benchmarks.0.name} reaches into a list. */
  public void override(String path, String value, Origin by, Problems problems) {
    JsonNode at = root;
    String[] keys = path.split("\\.", -1);
    for (int i = 0; i < keys.length - 1; i++) {
      JsonNode next = child(at, keys[i]);
      if (next == null || !next.isContainerNode()) {
        next = at instanceof ObjectNode object ? object.putObject(keys[i]) : null;
      }
      if (next == null) {
        problems.add(path, "has no element " + keys[i], by);
        return;
      }
      at = next;
    }
    put(at, keys[keys.length - 1], path, value, by, problems);
  }

  private void put(
      JsonNode at, String key, String path, String value, Origin by, Problems problems) {
    if (at instanceof ObjectNode object) {
      object.put(key, value);
      overrides.put(path, by);
    } else if (at instanceof ArrayNode array && child(array, key) != null) {
      array.set(Integer.parseInt(key), JsonNodeFactory.instance.textNode(value));
      overrides.put(path, by);
    } else {
      problems.add(path, "has no element " + key, by);
    }
  }

  private static JsonNode child(JsonNode at, String key) {
    if (at.isArray()) {
      return key.matches("\\d{1,6}") ? at.get(Integer.parseInt(key)) : null;
    }
    return at.get(key);
  }

  private static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  private static String place(JsonLocation at) {
    return at == null
        ? "it is not known where"
        : String.format(Locale.ROOT, "line %d, column %d", at.getLineNr(), at.getColumnNr());
  }

  static String shorten(String text) {
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }
}
