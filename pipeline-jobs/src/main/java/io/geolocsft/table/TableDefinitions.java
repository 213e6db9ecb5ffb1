package io.geolocsft.table;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The file {@code tables.yaml}. */
final class TableDefinitions {

  private static final String FILE = "tables.yaml";

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Map<String, List<Column>> groups;

  private TableDefinitions(Map<String, List<Column>> groups) {
    this.groups = groups;
  }

  /** The whole file. */
  private record All(Map<String, List<Column>> groups, List<Table> tables) {}

  private record Table(
      String name,
      int version,
      String about,
      List<String> key,
      @JsonProperty("partition_by") List<String> partitionBy,
      List<Column> columns) {}

  /** A column, or the name of a group of them. */
  private record Column(
      String use,
      String name,
      String type,
      String about,
      String unit,
      String absent,
      List<String> values,
      String refers,
      @JsonProperty("tells_place") boolean tellsPlace) {

    ColumnMeaning meaning() {
      return new ColumnMeaning(
          name,
          about,
          Optional.ofNullable(unit),
          Optional.ofNullable(absent),
          values == null ? List.of() : values,
          Optional.ofNullable(refers),
          tellsPlace);
    }

    StructField field() {
      return new StructField(
          name,
          dataType(),
          absent != null,
          new MetadataBuilder().putString("comment", meaning().comment()).build());
    }

    /** DDL cannot say that no element is null, which holds for all that there are. */
    private DataType dataType() {
      DataType ddl = DataType.fromDDL(type);
      return ddl instanceof ArrayType array
          ? DataTypes.createArrayType(array.elementType(), false)
          : ddl;
    }
  }

  /** Every table, in the order of the file. */
  static List<TableSchema> read() {
    try {
      All all = YAML.readValue(Resources.getResource(TableDefinitions.class, FILE), All.class);
      TableDefinitions definitions = new TableDefinitions(all.groups());
      return all.tables().stream().map(definitions::schema).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + FILE, e);
    }
  }

  private TableSchema schema(Table table) {
    List<Column> columns = expanded(table.columns());
    return new TableSchema(
        table.name(),
        table.version(),
        table.about(),
        new StructType(columns.stream().map(Column::field).toArray(StructField[]::new)),
        columns.stream().map(Column::meaning).toList(),
        table.key(),
        table.partitionBy() == null ? List.of() : table.partitionBy());
  }

  private List<Column> expanded(List<Column> columns) {
    List<Column> expanded = new ArrayList<>();
    for (Column column : columns) {
      if (column.use() == null) {
        expanded.add(column);
      } else {
        expanded.addAll(expanded(groups.get(column.use())));
      }
    }
    return expanded;
  }
}
