package io.geolocsft.cli.show;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.geolocsft.table.ColumnMeaning;
import io.geolocsft.table.TableSchema;
import java.util.List;

/**
 * Tables as the sources of a dbt project ({@code schema.yml}): what they mean, and tests of their
 * keys, values and relationships that dbt has by itself.
 */
final class DbtSources {

  private static final String SOURCE = "geolocsft";

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private final List<TableSchema> tables;

  /**
   * @param tables that there are; a relationship to another one is not tested
   */
  DbtSources(List<TableSchema> tables) {
    this.tables = List.copyOf(tables);
  }

  String yaml() throws JsonProcessingException {
    ObjectNode file = YAML.createObjectNode();
    file.put("version", 2);
    ObjectNode source = file.putArray("sources").addObject();
    source.put("name", SOURCE);
    ArrayNode all = source.putArray("tables");
    tables.forEach(table -> describe(all.addObject(), table));
    return YAML.writeValueAsString(file);
  }

  private void describe(ObjectNode node, TableSchema table) {
    node.put("name", table.name());
    node.put("description", table.about());
    if (table.key().size() > 1) {
      node.putArray("data_tests").addObject().putObject("unique").put("column_name", key(table));
    }
    ArrayNode columns = node.putArray("columns");
    for (ColumnMeaning column : table.meanings()) {
      ObjectNode described = columns.addObject();
      described.put("name", column.name());
      described.put("description", column.comment());
      ArrayNode tests = YAML.createArrayNode();
      tests(tests, column, table.key().equals(List.of(column.name())));
      if (!tests.isEmpty()) {
        described.set("data_tests", tests);
      }
    }
  }

  /** Of several columns one text that no two rows have in common. */
  private static String key(TableSchema table) {
    return table.key().stream()
        .map("coalesce(cast(%s as varchar), '')"::formatted)
        .collect(joining(" || '|' || ", "(", ")"));
  }

  private void tests(ArrayNode tests, ColumnMeaning column, boolean isKey) {
    if (column.absent().isEmpty()) {
      tests.add("not_null");
    }
    if (isKey) {
      tests.add("unique");
    }
    if (!column.values().isEmpty()) {
      ArrayNode values =
          tests.addObject().putObject("accepted_values").putObject("arguments").putArray("values");
      column.values().forEach(values::add);
    }
    column.refers().ifPresent(target -> relationship(tests, target.split("\\.", 2)));
  }

  private void relationship(ArrayNode tests, String[] target) {
    if (tables.stream().noneMatch(table -> table.name().equals(target[0]))) {
      return;
    }
    tests
        .addObject()
        .putObject("relationships")
        .putObject("arguments")
        .put("to", "source('%s', '%s')".formatted(SOURCE, target[0]))
        .put("field", target[1]);
  }
}
