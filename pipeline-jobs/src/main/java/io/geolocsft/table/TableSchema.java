package io.geolocsft.table;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * What a table holds. Changes are additive: a column is not renamed, retyped or removed.
 *
 * @param name the table's folder under {@code tables/}
 * @param version goes up with every change of the columns
 * @param about what it is, in a sentence
 * @param struct the columns in order, with what they mean as their comments; one that is not
 *     nullable is checked when it is published
 * @param meanings of the columns, in the same order
 * @param key columns that no two rows have in common, by which tables are joined; none where rows
 *     have no identity
 * @param partitionBy columns that become folders; they must be the last columns
 */
public record TableSchema(
    String name,
    int version,
    String about,
    StructType struct,
    List<ColumnMeaning> meanings,
    List<String> key,
    List<String> partitionBy) {

  public TableSchema {
    meanings = List.copyOf(meanings);
    key = List.copyOf(key);
    partitionBy = List.copyOf(partitionBy);
    List<String> columns = List.of(struct.fieldNames());
    if (!columns.containsAll(key)) {
      throw new IllegalArgumentException(
          "Table %s: the key %s is not among its columns %s".formatted(name, key, columns));
    }
    List<String> last = columns.subList(columns.size() - partitionBy.size(), columns.size());
    if (!last.equals(partitionBy)) {
      throw new IllegalArgumentException(
          "Table %s: the partition columns %s must be its last columns, which are %s"
              .formatted(name, partitionBy, last));
    }
  }

  /** The columns in their order, to select them from rows that hold more. */
  public Column[] columns() {
    return Stream.of(struct.fields())
        .map(field -> functions.col(field.name()).as(field.name(), field.metadata()))
        .toArray(Column[]::new);
  }

  /** The same columns under another name, as for {@code errors_ingest}. */
  public TableSchema named(String other) {
    return new TableSchema(other, version, about, struct, meanings, key, partitionBy);
  }
}
