package io.geolocsft.config.binding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes records from a tree of settings. It goes on after a problem, so that all are found; a
 * record with a problem inside is null.
 */
public final class RecordBinder {

  private final SettingTree tree;
  private final Problems problems;

  public RecordBinder(SettingTree tree, Problems problems) {
    this.tree = tree;
    this.problems = problems;
  }

  public <T extends Record> T bind(Class<T> type) {
    return bindRecord(type, tree.root(), "");
  }

  private <T extends Record> T bindRecord(Class<T> type, JsonNode node, String path) {
    if (!node.isObject()) {
      problems.add(path, "expected settings below it, found " + show(node), tree.originOf(path));
      return null;
    }
    int before = problems.size();
    Map<String, RecordComponent> known = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      known.put(SettingName.of(component.getName()), component);
    }
    reportUnknown(node, path, known);
    List<Object> values = new ArrayList<>();
    known.forEach((name, component) -> values.add(bind(component, node, join(path, name), name)));
    return problems.size() > before ? null : construct(type, values, path);
  }

  private void reportUnknown(JsonNode node, String path, Map<String, RecordComponent> known) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!known.containsKey(entry.getKey())) {
        String at = join(path, entry.getKey());
        String hint =
            SettingName.nearest(entry.getKey(), known.keySet())
                .map(name -> "; did you mean " + join(path, name) + "?")
                .orElse("; known here: " + String.join(", ", known.keySet()));
        problems.add(at, "unknown setting" + hint, tree.originOf(at));
      }
    }
  }

  private Object bind(RecordComponent component, JsonNode section, String path, String name) {
    JsonNode node = section.path(name);
    Class<?> type = component.getType();
    if (type.isRecord()) {
      boolean absent = node.isMissingNode() || node.isNull();
      JsonNode below = absent ? JsonNodeFactory.instance.objectNode() : node;
      return bindRecord(type.asSubclass(Record.class), completed(component, below), path);
    }
    if (node.isNull()) {
      problems.add(path, "has no value; give one or remove the line", tree.originOf(path));
      return null;
    }
    SettingRule rule = SettingRule.of(component);
    if (node instanceof MissingNode) {
      return absent(component, rule, path);
    }
    return type == List.class ? bindList(component, rule, node, path) : value(rule, node, path);
  }

  /** With the defaults that a section has in this place alone. */
  private static JsonNode completed(RecordComponent component, JsonNode given) {
    Default standard = component.getAnnotation(Default.class);
    if (standard == null || !given.isObject()) {
      return given;
    }
    ObjectNode all = (ObjectNode) SettingTree.value(standard.value());
    all.setAll((ObjectNode) given);
    return all;
  }

  private Object absent(RecordComponent component, SettingRule rule, String path) {
    if (rule.defaultValue() == null) {
      problems.add(path, "is required; allowed: " + rule.allowed());
      return null;
    }
    JsonNode node = SettingTree.value(rule.defaultValue());
    if (component.getType() == List.class) {
      return bindList(component, rule, node, path);
    }
    return rule.read(node, tree.originOf(path)).value();
  }

  private List<Object> bindList(
      RecordComponent component, SettingRule rule, JsonNode node, String path) {
    // From the command line or the environment a list is YAML in a text: [1, 25]
    JsonNode list = node.isTextual() ? SettingTree.value(node.textValue()) : node;
    if (list == null || !list.isArray()) {
      problems.add(path, "expected a list, found " + show(node), tree.originOf(path));
      return null;
    }
    Class<?> element = elementType(component);
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String at = join(path, String.valueOf(i));
      values.add(
          element.isRecord()
              ? bindRecord(element.asSubclass(Record.class), list.get(i), at)
              : value(rule, list.get(i), at));
    }
    if (values.contains(null)) {
      return null;
    }
    checkElements(component, values, path);
    return List.copyOf(values);
  }

  private void checkElements(RecordComponent component, List<Object> values, String path) {
    if (values.isEmpty() && component.isAnnotationPresent(AtLeastOne.class)) {
      problems.add(path, "is empty; give at least one", tree.originOf(path));
    }
    if (component.isAnnotationPresent(AllowDuplicates.class)) {
      return;
    }
    for (int i = 0; i < values.size(); i++) {
      if (values.indexOf(values.get(i)) < i) {
        String at = join(path, String.valueOf(i));
        problems.add(at, values.get(i) + " is listed twice", tree.originOf(at));
      }
    }
  }

  private Object value(SettingRule rule, JsonNode node, String path) {
    Origin origin = tree.originOf(path);
    SettingRule.Reading reading = rule.read(node, origin);
    if (reading.value() == null) {
      problems.add(
          path, "%s is not allowed; allowed: %s".formatted(show(node), rule.allowed()), origin);
    }
    return reading.value();
  }

  private <T extends Record> T construct(Class<T> type, List<Object> values, String path) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      T made = type.getDeclaredConstructor(types).newInstance(values.toArray());
      if (made instanceof Consistent consistent) {
        consistent.check(new Contradictions(tree, problems, path));
      }
      return made;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("Cannot make a " + type, e);
    }
  }

  static Class<?> elementType(RecordComponent component) {
    return (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
  }

  private static String show(JsonNode node) {
    return SettingTree.shorten(node.toString());
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
