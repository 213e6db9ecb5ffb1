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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * The columns of a table whose places are told to a number of decimals: 1 is about 11 km, 2 about 1
 * km. Columns that tell a place otherwise are left out: geometries, cells, distances to the truth.
 */
record CoarseColumns(TableSchema table, RoundedText rounding) {

  private static final Pattern OTHERWISE =
      Pattern.compile("geometry|bbox|.*cell_id|.*cell_token|distance_km|token_ids");

  /** What models wrote, or learn to write. */
  private static final Set<String> TEXTS = Set.of("caption", "target_text", "text", "answer");

  /** Names of the columns that are left out. */
  List<String> leftOut() {
    return List.of(table.struct().fieldNames()).stream()
        .filter(name -> OTHERWISE.matcher(name).matches())
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
