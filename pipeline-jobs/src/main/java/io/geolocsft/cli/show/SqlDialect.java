package io.geolocsft.cli.show;

import static java.util.stream.Collectors.joining;

import io.geolocsft.failure.ConfigException;
import io.geolocsft.table.ColumnMeaning;
import io.geolocsft.table.TableSchema;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Statements by which a query engine knows a table of a run, with what its columns mean. A table
 * that is there already is an error: it may be another run's, or hold somebody's data.
 */
enum SqlDialect {
  /** An external table of Spark SQL. */
  SPARK("`") {
    @Override
    String statements(TableSchema table, String folder) {
      String by =
          ifPartitioned(table, "\nPARTITIONED BY (%s)".formatted(names(table.partitionBy())));
      String create =
          "CREATE TABLE %s (\n%s\n) USING parquet%s\nCOMMENT %s\nLOCATION %s;"
              .formatted(
                  name(table.name()),
                  columns(table, fields(table)),
                  by,
                  text(table.about()),
                  text(folder));
      return create + repair(table);
    }
  },

  /** A view of DuckDB. */
  DUCKDB("\"") {
    @Override
    String statements(TableSchema table, String folder) {
      String types =
          table.partitionBy().stream()
              .map(column -> text(column) + ": VARCHAR")
              .collect(joining(", "));
      String hive =
          ifPartitioned(table, ", hive_partitioning = true, hive_types = {%s}".formatted(types));
      String files = literal(folder) + ifPartitioned(table, "/**") + "/*.parquet";
      String create =
          "CREATE OR REPLACE VIEW %s AS SELECT * FROM read_parquet(%s%s);\nCOMMENT ON VIEW %s IS %s;"
              .formatted(
                  name(table.name()), text(files), hive, name(table.name()), text(table.about()));
      return Stream.concat(
              Stream.of(create),
              table.meanings().stream()
                  .map(
                      column ->
                          "COMMENT ON COLUMN %s.%s IS %s;"
                              .formatted(
                                  name(table.name()), name(column.name()), text(column.comment()))))
          .collect(joining("\n"));
    }

    /** As a pattern that fits this path only. */
    private String literal(String folder) {
      return folder.replaceAll("[\\[*?]", "[$0]");
    }
  },

  /** An external table of Trino's Hive connector. */
  TRINO("\"") {
    @Override
    String statements(TableSchema table, String folder) {
      String columns = table.partitionBy().stream().map(this::text).collect(joining(", "));
      String by = ifPartitioned(table, ", partitioned_by = ARRAY[%s]".formatted(columns));
      String sync =
          ifPartitioned(
              table,
              "\n-- In place of default, your schema:\nCALL system.sync_partition_metadata('default', %s, 'FULL');"
                  .formatted(text(table.name())));
      return "CREATE TABLE %s (\n%s\n) COMMENT %s\nWITH (external_location = %s, format = 'PARQUET'%s);%s"
          .formatted(
              name(table.name()),
              columns(table, fields(table)),
              text(table.about()),
              text(folder.startsWith("/") ? "file://" + folder : inS3(folder)),
              by,
              sync);
    }

    @Override
    String type(DataType type) {
      return switch (type.typeName()) {
        case "string" -> "varchar";
        case "binary" -> "varbinary";
        case "float" -> "real";
        case "array" -> "array(%s)".formatted(type(((ArrayType) type).elementType()));
        case "struct" -> "row(%s)".formatted(fields((StructType) type, " "));
        default -> type.catalogString();
      };
    }
  },

  /** An external table of Athena, and of Hive. */
  ATHENA("`") {
    @Override
    String statements(TableSchema table, String folder) {
      if (!inS3(folder).startsWith("s3:")) {
        throw new ConfigException(
            "Athena reads tables in S3 only, and this run lies in %s: copy it there, and give the copy as --output"
                .formatted(folder));
      }
      String columns = columns(table, fields(table).filter(field -> isPartition(table, field)));
      String by = ifPartitioned(table, "\nPARTITIONED BY (\n%s\n)".formatted(columns));
      String create =
          "CREATE EXTERNAL TABLE %s (\n%s\n)\nCOMMENT %s%s\nSTORED AS PARQUET\nLOCATION %s;"
              .formatted(
                  name(table.name()),
                  columns(table, fields(table).filter(field -> !isPartition(table, field))),
                  text(table.about()),
                  by,
                  text(inS3(folder) + "/"));
      return create + repair(table);
    }
  };

  private final String quote;

  SqlDialect(String quote) {
    this.quote = quote;
  }

  /**
   * One or several statements, each with a semicolon at its end.
   *
   * @param folder of the table's files, a path or a URI
   */
  abstract String statements(TableSchema table, String folder);

  /** As the engine calls a type. */
  String type(DataType type) {
    return type.catalogString();
  }

  /** S3's own name, in place of Hadoop's. */
  static String inS3(String folder) {
    return folder.replaceFirst("^s3[an]:", "s3:");
  }

  final String name(String name) {
    return quote + name + quote;
  }

  final String names(List<String> names) {
    return names.stream().map(this::name).collect(joining(", "));
  }

  /**
   * A text in quotes: standard SQL doubles one inside, Spark and Hive put a backslash before it.
   */
  final String text(String text) {
    boolean isStandard = quote.equals("\"");
    return "'%s'"
        .formatted(
            isStandard ? text.replace("'", "''") : text.replace("\\", "\\\\").replace("'", "\\'"));
  }

  final String columns(TableSchema table, Stream<StructField> fields) {
    return fields
        .map(
            field ->
                "  %s %s COMMENT %s"
                    .formatted(
                        name(field.name()),
                        type(field.dataType()),
                        text(meaning(table, field).comment())))
        .collect(joining(",\n"));
  }

  final String fields(StructType struct, String between) {
    return Stream.of(struct.fields())
        .map(field -> name(field.name()) + between + type(field.dataType()))
        .collect(joining(", "));
  }

  static Stream<StructField> fields(TableSchema table) {
    return Stream.of(table.struct().fields());
  }

  static boolean isPartition(TableSchema table, StructField field) {
    return table.partitionBy().contains(field.name());
  }

  /** Finds the folders of the partitions. */
  final String repair(TableSchema table) {
    return ifPartitioned(table, "\nMSCK REPAIR TABLE %s;".formatted(name(table.name())));
  }

  static String ifPartitioned(TableSchema table, String text) {
    return table.partitionBy().isEmpty() ? "" : text;
  }

  private static ColumnMeaning meaning(TableSchema table, StructField field) {
    return table.meanings().get(table.struct().fieldIndex(field.name()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
