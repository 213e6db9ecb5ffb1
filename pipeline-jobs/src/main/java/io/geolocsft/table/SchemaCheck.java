package io.geolocsft.table;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Compares the columns of rows with those of a table: names, order and types, not nullability. */
final class SchemaCheck {

  private SchemaCheck() {}

  static void columns(TableSchema table, StructType rows) {
    List<String> expected = columns(table.struct());
    List<String> actual = columns(rows);
    if (!expected.equals(actual)) {
      throw new IllegalArgumentException(
          "Table %s: missing columns %s, other columns %s, in the order %s"
              .formatted(
                  table.name(), without(expected, actual), without(actual, expected), expected));
    }
  }

  private static List<String> columns(StructType struct) {
    List<String> columns = new ArrayList<>();
    for (StructField field : struct.fields()) {
      columns.add(field.name() + " " + field.dataType().catalogString());
    }
    return columns;
  }

  private static List<String> without(List<String> columns, List<String> others) {
    return columns.stream().filter(column -> !others.contains(column)).toList();
  }
}
