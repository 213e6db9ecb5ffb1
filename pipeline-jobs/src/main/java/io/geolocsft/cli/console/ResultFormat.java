package io.geolocsft.cli.console;

import static org.apache.spark.sql.functions.base64;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_csv;
import static org.apache.spark.sql.functions.to_json;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** How the rows of a result are printed. */
public enum ResultFormat {
  /** Aligned columns for a person; binary in hexadecimal. */
  TABLE {
    @Override
    public void print(Dataset<Row> result, int rows, Console console) {
      List<String> header = List.of(result.columns());
      if (header.isEmpty()) {
        return;
      }
      List<Row> found =
          result
              .toDF(numbered(result))
              .select(columns(result, ResultFormat::shown))
              .takeAsList((int) Math.min(Integer.MAX_VALUE, rows + 1L));
      List<List<String>> lines = found.stream().limit(rows).map(ResultFormat::line).toList();
      console.print(new TextTable(header, lines).text());
      if (found.size() > rows) {
        console.note(
            String.format(
                Locale.ROOT,
                "The first %,d rows; --rows shows more, --format csv or json all of them",
                rows));
      }
    }
  },

  /** A header and all rows, as RFC 4180 has it; what is nested is JSON, binary in base 64. */
  CSV {
    @Override
    public void print(Dataset<Row> result, int rows, Console console) {
      if (result.columns().length == 0) {
        return;
      }
      Map<String, String> options =
          Map.of(
              "escape", "\"",
              "ignoreLeadingWhiteSpace", "false",
              "ignoreTrailingWhiteSpace", "false");
      Column[] names =
          Arrays.stream(result.columns()).map(name -> lit(name)).toArray(Column[]::new);
      stream(result.sparkSession().range(1).select(to_csv(struct(named(names)), options)), console);
      stream(
          result
              .toDF(numbered(result))
              .select(to_csv(struct(named(columns(result, ResultFormat::field))), options)),
          console);
    }
  },

  /** An object a line, nulls included; binary in base 64. */
  JSON {
    @Override
    public void print(Dataset<Row> result, int rows, Console console) {
      String[] names = result.columns();
      if (names.length == 0) {
        return;
      }
      Column[] columns =
          IntStream.range(0, names.length)
              .mapToObj(i -> col(place(i)).as(names[i]))
              .toArray(Column[]::new);
      stream(
          result
              .toDF(numbered(result))
              .select(to_json(struct(columns), Map.of("ignoreNullFields", "false"))),
          console);
    }
  };

  /**
   * Prints a result; a statement without columns prints nothing.
   *
   * @param rows most rows of a table
   */
  public abstract void print(Dataset<Row> result, int rows, Console console);

  // Names of a result's columns may stand twice: they are counted instead.

  private static String place(int index) {
    return "column" + index;
  }

  private static String[] numbered(Dataset<Row> result) {
    return IntStream.range(0, result.columns().length)
        .mapToObj(ResultFormat::place)
        .toArray(String[]::new);
  }

  private static Column[] named(Column[] columns) {
    return IntStream.range(0, columns.length)
        .mapToObj(i -> columns[i].as(place(i)))
        .toArray(Column[]::new);
  }

  private static Column[] columns(Dataset<Row> result, Function<Value, Column> text) {
    StructField[] fields = result.schema().fields();
    return IntStream.range(0, fields.length)
        .mapToObj(i -> text.apply(new Value(col(place(i)), fields[i].dataType())))
        .toArray(Column[]::new);
  }

  private record Value(Column column, DataType type) {}

  private static Column shown(Value value) {
    return value.type() instanceof BinaryType ? hex(value.column()) : value.column().cast("string");
  }

  private static Column field(Value value) {
    DataType type = value.type();
    if (type instanceof StructType || type instanceof ArrayType || type instanceof MapType) {
      return to_json(value.column());
    }
    return type instanceof BinaryType ? base64(value.column()) : value.column();
  }

  private static List<String> line(Row row) {
    return IntStream.range(0, row.length())
        .mapToObj(i -> row.isNullAt(i) ? "NULL" : row.getString(i))
        .toList();
  }

  private static void stream(Dataset<Row> lines, Console console) {
    // A single column that is null is an empty line, which Spark's writer leaves out.
    lines
        .toLocalIterator()
        .forEachRemaining(line -> console.out().println(line.isNullAt(0) ? "" : line.getString(0)));
    console.out().flush();
  }
}
