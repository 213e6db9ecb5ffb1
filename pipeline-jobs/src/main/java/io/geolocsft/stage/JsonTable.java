package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.ltrim;
import static org.apache.spark.sql.functions.map_keys;

import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * A file of JSON Lines, an object a line, as the {@code metadata.jsonl} of Hugging Face's image
 * folders. Keys are columns; a line that lacks one has no value there.
 */
final class JsonTable {

  /** In so many lines every key that must be there turns up. */
  private static final int LINES_WITH_ALL_KEYS = 1_000;

  /** The column of a line's keys and values. */
  static final String FIELDS = "fields";

  private JsonTable() {}

  static Dataset<Row> read(SparkSession spark, ImageSet set) {
    Dataset<String> lines = ListedImages.open(set, () -> spark.read().textFile(set.table()));
    Column object = ltrim(col("text"), NumberedLines.BYTE_ORDER_MARK);
    Dataset<Row> rows =
        NumberedLines.of(spark, lines, 0)
            .withColumn(
                FIELDS,
                from_json(
                    object, DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType)));
    ColumnPositions.find(set, keys(set, rows));
    return ListedImages.select(
        rows,
        set,
        RowOrigin.of(
            lit(new Path(set.table()).getName() + " line"),
            col("line"),
            col(FIELDS).isNull(),
            "no JSON object"),
        column -> value(column.nameIn(set.columns())));
  }

  /** Of a line; a key may turn up late in the file. */
  static Column value(String key) {
    return key.isEmpty() ? ListedImages.none() : col(FIELDS).getItem(key);
  }

  private static List<String> keys(ImageSet set, Dataset<Row> rows) {
    List<String> keys =
        rows.limit(LINES_WITH_ALL_KEYS)
            .select(explode(map_keys(col(FIELDS))))
            .distinct()
            .as(Encoders.STRING())
            .collectAsList();
    if (keys.isEmpty()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s holds no JSON object in its first %d lines; write one a line, or set %s.table to another file",
              set.table(),
              LINES_WITH_ALL_KEYS,
              set.setting()));
    }
    return keys.stream().sorted().toList();
  }
}
