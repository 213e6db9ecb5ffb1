package io.geolocsft.judge;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.geolocsft.stage.ingest.listing.JsonRows;
import io.geolocsft.stage.ingest.listing.TableLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** JSON Lines, or an array of objects; what is nested is its text. */
record JsonInput(JsonRows json, List<String> names) implements InputTable {

  static JsonInput open(SparkSession spark, TableLocation table) {
    JsonRows json = JsonRows.open(spark, table);
    return new JsonInput(json, json.keys());
  }

  @Override
  public Dataset<Row> rows(Map<InputColumn, String> columns) {
    List<Column> selected = new ArrayList<>();
    selected.add(lit(json.place()).as(PLACE));
    selected.add(col("line").as(LINE));
    selected.add(when(col(JsonRows.FIELDS).isNull(), "no JSON object").as(PROBLEM));
    columns.forEach((column, name) -> selected.add(JsonRows.value(name).as(column.key())));
    return json.rows().select(selected.toArray(Column[]::new));
  }
}
