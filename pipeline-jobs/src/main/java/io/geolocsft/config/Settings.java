package io.geolocsft.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.common.hash.Hashing;
import io.geolocsft.config.binding.SettingName;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Settings as text: for people as YAML, for comparison as a hash. */
public final class Settings {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private Settings() {}

  /**
   * The settings as YAML that {@link ConfigReader} reads to the same.
   *
   * @param settings a record, list or map of records and plain values
   */
  public static String yaml(Object settings) {
    try {
      return YAML.writeValueAsString(node(settings));
    } catch (JsonProcessingException e) {
      throw new AssertionError("Plain values can be written", e);
    }
  }

  /**
   * 32 hex digits that are equal if and only if the settings are.
   *
   * @param settings a record, list or map of records and plain values
   */
  public static String hash(Object settings) {
    try {
      byte[] json = JSON.writeValueAsBytes(node(settings));
      return Hashing.sha256().hashBytes(json).toString().substring(0, 32);
    } catch (JsonProcessingException e) {
      throw new AssertionError("Plain values can be written", e);
    }
  }

  /** The settings of a section by name. */
  static Map<String, Object> map(Record section) {
    return JSON.convertValue(mapping(section), new TypeReference<TreeMap<String, Object>>() {});
  }

  /** Settings, sections and lists of them as the configuration writes them. */
  public static JsonNode node(Object value) {
    if (value instanceof Record settings) {
      return mapping(settings);
    }
    if (value instanceof List<?> list) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      list.forEach(element -> array.add(node(element)));
      return array;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      TreeMap<String, Object> sorted = new TreeMap<>();
      map.forEach((key, element) -> sorted.put(key.toString(), element));
      sorted.forEach((key, element) -> object.set(key, node(element)));
      return object;
    }
    return scalar(value);
  }

  private static JsonNode scalar(Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return JSON.valueToTree(value);
    }
    throw new IllegalArgumentException(
        "Settings are records, lists, maps, texts, numbers and booleans, not " + value);
  }

  private static ObjectNode mapping(Record settings) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        Object value = component.getAccessor().invoke(settings);
        object.set(SettingName.of(component.getName()), node(value));
      } catch (ReflectiveOperationException e) {
        throw new AssertionError("Cannot read " + component, e);
      }
    }
    return object;
  }
}
