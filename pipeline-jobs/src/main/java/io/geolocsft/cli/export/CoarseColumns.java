package io.geolocsft.cli.export;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.geolocsft.prompt.RoundedText;
import io.geolocsft.table.ColumnMeaning;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * The columns of a table whose places are told to a number of decimals: 1 is about 11 km, 2 about 1
 * km. Columns that tell a place otherwise are left out: geometries, cells, distances, and what
 * grows with a distance.
 */
record CoarseColumns(TableSchema table, RoundedText rounding) {

  /** What models wrote or learn to write, and what is said of an image. */
  private static final Set<String> TEXTS =
      Set.of("caption", "target_text", "text", "reasoning", "detail", "message");

  /** Names of the columns that are left out. */
  List<String> leftOut() {
    return table.meanings().stream()
        .filter(ColumnMeaning::tellsPlace)
        .map(ColumnMeaning::name)
        .toList();
  }

  /** The others. */
  List<Column> columns() {
    Set<String> degrees =
        table.meanings().stream()
            .filter(meaning -> meaning.unit().filter("degree"::equals).isPresent())
            .map(ColumnMeaning::name)
            .collect(Collectors.toSet());
    List<String> leftOut = leftOut();
    List<Column> columns = new ArrayList<>();
    for (StructField field : table.struct().fields()) {
      if (!leftOut.contains(field.name())) {
        columns.add(coarse(field, degrees.contains(field.name())).as(field.name()));
      }
    }
    return columns;
  }

  private Column coarse(StructField field, boolean isPlace) {
    Column column = col(field.name());
    if (isPlace && field.dataType().equals(Tables.POINT)) {
      return struct(
          round(column.getField("latitude"), rounding.decimals()).as("latitude"),
          round(column.getField("longitude"), rounding.decimals()).as("longitude"));
    }
    if (isPlace) {
      return round(column, rounding.decimals());
    }
    if (TEXTS.contains(field.name())) {
      RoundedText texts = rounding;
      return udf(
              (UDF1<String, String>) text -> text == null ? null : texts.of(text),
              DataTypes.StringType)
          .apply(column);
    }
    return column;
  }
}
