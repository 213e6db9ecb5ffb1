package io.geolocsft.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pins every schema to a committed text. A change here is a change for everyone who queries the
 * tables: only add columns, raise the version, and run the test with {@code -Dgolden.write=true}.
 */
class TestTables {

  private static final Path GOLDEN = Path.of("src/test/resources/io/geolocsft/table/golden");

  static List<TableSchema> all() {
    return Tables.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void theSchemaIsTheCommittedOne(TableSchema table) throws IOException {
    Path file = GOLDEN.resolve(table.name() + ".txt");
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, text(table));
    }
    assertThat(file).hasContent(text(table));
  }

  @Test
  void everyCommittedSchemaIsATable() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".txt", "")))
          .containsExactlyInAnyOrderElementsOf(
              Tables.all().stream().map(TableSchema::name).toList());
    }
  }

  @Test
  void tablesAreFoundByName() {
    assertThat(Tables.named("cells")).contains(Tables.CELLS);
    assertThat(Tables.named("errors_ingest")).contains(Tables.errorsOf("ingest"));
    assertThat(Tables.named("adapter")).isEmpty();
  }

  private static String text(TableSchema table) {
    StringBuilder text = new StringBuilder();
    text.append("table ").append(table.name()).append(" version ").append(table.version());
    text.append(" partitioned by ").append(table.partitionBy());
    text.append(" key ").append(table.key()).append('\n');
    append(text, table.struct(), "");
    return text.toString();
  }

  private static void append(StringBuilder text, StructType struct, String indent) {
    for (StructField field : struct.fields()) {
      text.append(indent).append(field.name()).append(' ').append(field.dataType().typeName());
      text.append(field.nullable() ? " null" : "").append('\n');
      if (field.dataType() instanceof StructType inner) {
        append(text, inner, indent + "  ");
      }
    }
  }
}
