package io.geolocsft.stage.ingest.listing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.config.ImageSet;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A file of JSON Lines, an object a line, as the {@code metadata.jsonl} of Hugging Face's image
 * folders; or an array of objects. Keys are columns; an object that lacks one has no value there.
 */
final class JsonTable {

  private JsonTable() {}

  static Dataset<Row> read(SparkSession spark, ImageSet set) {
    JsonRows json = JsonRows.open(spark, TableLocation.of(set));
    List<String> keys = json.keys();
    ColumnPositions.find(set, set.table(), keys, form(set, keys, json.rows()));
    return ListedImages.select(
        json.rows(),
        set,
        RowOrigin.of(
            lit(json.place()), col("line"), col(JsonRows.FIELDS).isNull(), "no JSON object"),
        column -> JsonRows.value(column.nameIn(set.columns())));
  }

  /** Where columns are missing: people have objects of objects and GeoJSON too. */
  private static String form(ImageSet set, List<String> keys, Dataset<Row> rows) {
    boolean isAlone = !ColumnPositions.areIn(set, keys) && rows.limit(2).count() == 1;
    return isAlone ? " in one JSON object (write an array of objects, or one object per line)" : "";
  }
}
