package io.geolocsft.config.binding;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.geolocsft.config.PipelineConfig;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pages that say what can be set: made of the records, and up to date. {@code
 * -Dgolden.write=true} writes them.
 */
class TestSettingsReference {

  private static final Path CONF = Path.of("..", "conf");
  private static final Path PAGE = CONF.resolve("SETTINGS.md");
  private static final Path SCHEMA = CONF.resolve("geolocsft.schema.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void thePageHasEverySetting() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # All settings

            One section a stage, in YAML, each with its default where it has one. The command line (`--set sft.rank=8`) goes before the environment (`GEOLOCSFT_SFT__RANK=8`), and that before the file. Editors that know JSON Schema complete and check a file that begins with `# yaml-language-server: $schema=geolocsft.schema.json`, the path to [geolocsft.schema.json](geolocsft.schema.json). How the settings work together, [README.md](README.md) explains. This page is made of the code; do not edit it.
            """);
    describe(page, PipelineConfig.class, "", JSON.createObjectNode());
    assertUpToDate(PAGE, page.toString());
  }

  /**
   * @param standards defaults that the section has in this place alone
   */
  private static void describe(StringBuilder page, Class<?> type, String path, JsonNode standards) {
    SettingDocs docs = SettingDocs.of(type);
    if (!path.isEmpty()) {
      page.append("\n## ").append(path).append("\n\n").append(docs.about()).append("\n");
    }
    List<String> rows = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (sections(component) == null) {
        rows.add(row(component, docs, standards));
      }
    }
    if (!rows.isEmpty()) {
      page.append("\n| setting | default | allowed | meaning |\n|---|---|---|---|\n");
      rows.forEach(page::append);
    }
    for (RecordComponent component : type.getRecordComponents()) {
      Class<?> below = sections(component);
      if (below != null) {
        String own = SettingName.of(component.getName());
        String list = component.getType() == List.class ? "[]" : "";
        String at = path.isEmpty() ? own + list : path + "." + own + list;
        describe(page, below, at, standards(component));
      }
    }
  }

  private static String row(RecordComponent component, SettingDocs docs, JsonNode standards) {
    String meaning = docs.settings().get(component.getName());
    assertThat(meaning).as("Javadoc of %s", component).isNotBlank();
    String standard = standard(component, standards);
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %s | %s |%n",
        SettingName.of(component.getName()),
        standard == null ? "required" : "`" + standard + "`",
        cell((component.getType() == List.class ? "a list of: " : "") + allowed(component)),
        cell(meaning));
  }

  private static String allowed(RecordComponent component) {
    SettingRule rule = SettingRule.of(component);
    return rule.oneOf() == null
        ? rule.allowed()
        : words(rule)
            .map(word -> word.isEmpty() ? "`''`" : "`" + word + "`")
            .collect(Collectors.joining(", "));
  }

  private static Stream<String> words(SettingRule rule) {
    return Stream.of(rule.allowed().split(", ", -1));
  }

  /** In YAML; null for a setting that is required. */
  private static String standard(RecordComponent component, JsonNode standards) {
    JsonNode here = standards.path(SettingName.of(component.getName()));
    return here.isMissingNode() ? SettingRule.of(component).defaultValue() : here.asText();
  }

  private static JsonNode standards(RecordComponent section) {
    Default own = section.getAnnotation(Default.class);
    return own == null || section.getType() == List.class
        ? JSON.createObjectNode()
        : SettingTree.value(own.value());
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  /** The record that a setting is a section of, or a list of; null if it is neither. */
  private static Class<?> sections(RecordComponent component) {
    Class<?> type =
        component.getType() == List.class
            ? RecordBinder.elementType(component)
            : component.getType();
    return type.isRecord() ? type : null;
  }

  @Test
  void editorsHaveASchema() throws IOException {
    ObjectNode schema = object(PipelineConfig.class, JSON.createObjectNode());
    ObjectNode whole = JSON.createObjectNode();
    whole.put("$schema", SpecificationVersion.DRAFT_2020_12.getDialectId());
    whole.put("title", "Configuration of GeoLocSFT");
    whole.setAll(schema);
    assertUpToDate(SCHEMA, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(whole) + "\n");
  }

  private static ObjectNode object(Class<?> type, JsonNode standards) {
    SettingDocs docs = SettingDocs.of(type);
    ObjectNode schema = JSON.createObjectNode().put("type", "object");
    schema.put("description", docs.about());
    ObjectNode properties = schema.putObject("properties");
    List<String> required = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = SettingName.of(component.getName());
      properties.set(name, property(component, docs, standards));
      if (isRequired(component)) {
        required.add(name);
      }
    }
    if (!required.isEmpty()) {
      ArrayNode names = schema.putArray("required");
      required.forEach(names::add);
    }
    return schema.put("additionalProperties", false);
  }

  private static boolean isRequired(RecordComponent component) {
    return component.getType().isRecord()
        ? Stream.of(component.getType().getRecordComponents())
            .anyMatch(TestSettingsReference::isRequired)
        : SettingRule.of(component).defaultValue() == null;
  }

  private static ObjectNode property(
      RecordComponent component, SettingDocs docs, JsonNode standards) {
    Class<?> below = sections(component);
    ObjectNode one =
        below == null ? value(SettingRule.of(component)) : object(below, standards(component));
    ObjectNode property = one;
    if (component.getType() == List.class) {
      property = JSON.createObjectNode().put("type", "array");
      property.set("items", one);
      if (component.isAnnotationPresent(AtLeastOne.class)) {
        property.put("minItems", 1);
      }
    }
    String meaning = docs.settings().get(component.getName());
    if (meaning != null) {
      property.put("description", meaning);
    }
    String standard = standard(component, standards);
    if (standard != null && !component.getType().isRecord()) {
      property.set("default", SettingTree.value(standard));
    }
    return property;
  }

  private static ObjectNode value(SettingRule rule) {
    ObjectNode value = JSON.createObjectNode();
    if (rule.type() == boolean.class) {
      return value.put("type", "boolean");
    }
    if (rule.type() == String.class) {
      value.put("type", "string");
      if (rule.oneOf() != null) {
        ArrayNode words = value.putArray("enum");
        words(rule).forEach(words::add);
      } else if (rule.matches() != null) {
        value.put("pattern", "^(?:" + rule.matches().value() + ")$");
      }
      return value;
    }
    value.put(
        "type",
        rule.type().getName().toLowerCase(Locale.ROOT).contains("double") ? "number" : "integer");
    if (rule.range() != null) {
      bound(value, "minimum", rule.range().min());
      bound(value, "maximum", rule.range().max());
      bound(value, "exclusiveMinimum", rule.range().above());
      bound(value, "exclusiveMaximum", rule.range().below());
    }
    return value;
  }

  private static void bound(ObjectNode schema, String keyword, double value) {
    if (Double.isFinite(value)) {
      schema.put(keyword, value);
    }
  }

  private static void assertUpToDate(Path file, String content) throws IOException {
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(file, content);
    }
    assertThat(file).hasContent(content);
  }

  private static List<String> problems(JsonNode configuration) throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(JSON.readTree(SCHEMA.toFile()));
    return schema.validate(configuration).stream()
        .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"quickstart.yaml", "geolocsft-12b.yaml", "base-model.yaml"})
  void theSchemaTakesTheConfigurations(String name) throws IOException {
    assertThat(problems(new YAMLMapper().readTree(CONF.resolve(name).toFile()))).isEmpty();
    assertThat(CONF.resolve(name)).content().startsWith("# yaml-language-server: $schema=");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sft.rnk: 8|rnk",
        "sft.rank: 0|/sft/rank",
        "sft.rank: many|/sft/rank",
        "infer.models: [nobody]|/infer/models/0",
        "evaluate.thresholds_km: []|/evaluate/thresholds_km",
        "run.name: 'a b'|/run/name"
      })
  void theSchemaRefusesWhatTheProgramDoes(String setting, String place) throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    ObjectNode configuration = (ObjectNode) yaml.readTree(CONF.resolve("quickstart.yaml").toFile());
    String section = setting.substring(0, setting.indexOf('.'));
    ((ObjectNode) configuration.get(section))
        .setAll((ObjectNode) yaml.readTree(setting.substring(section.length() + 1)));
    assertThat(problems(configuration)).hasSize(1).first().asString().contains(place);
  }
}
