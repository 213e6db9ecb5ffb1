package io.geolocsft.stage.ingest.listing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.ltrim;
import static org.apache.spark.sql.functions.map_keys;

import io.geolocsft.config.ImageSet;
import io.geolocsft.failure.DataException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * A file of JSON Lines, an object a line, as the {@code metadata.jsonl} of Hugging Face's image
 * folders; or an array of objects. Keys are columns; an object that lacks one has no value there.
 */
final class JsonTable {

  /** In so many lines every key that must be there turns up. */
  private static final int LINES_WITH_ALL_KEYS = 1_000;

  private static final Pattern JSON_LINES = Pattern.compile(".*\\.(jsonl|ndjson)(\\.\\w+)?");

  /** A value that goes on below, or an array of objects. */
  private static final Pattern OPEN = Pattern.compile("[{\\[]|\\[\\s*\\{.*");

  /** The column of a line's keys and values. */
  static final String FIELDS = "fields";

  private JsonTable() {}

  static Dataset<Row> read(SparkSession spark, ImageSet set) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    TextFile file = TextFile.of(set, hadoop);
    boolean isByLine = isByLine(file.name(), file.head(hadoop));
    Dataset<String> objects = isByLine ? file.lines(spark) : file.found(spark, JsonObjects::new);
    Column object = ltrim(col("text"), NumberedLines.BYTE_ORDER_MARK);
    Dataset<Row> rows =
        NumberedLines.of(spark, objects, 0)
            .withColumn(
                FIELDS,
                from_json(
                    object, DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType)));
    List<String> keys = keys(set, rows);
    ColumnPositions.find(set, set.table(), keys, form(set, keys, rows));
    return ListedImages.select(
        rows,
        set,
        RowOrigin.of(
            lit(file.name() + (isByLine ? " line" : " object")),
            col("line"),
            col(FIELDS).isNull(),
            "no JSON object"),
        column -> value(column.nameIn(set.columns())));
  }

  /**
   * Else the file is an array, or its objects take several lines each.
   *
   * @param name by which a broken first line is a broken line, and no other form
   */
  private static boolean isByLine(String name, List<String> head) {
    String first =
        head.stream()
            .map(line -> line.replace(NumberedLines.BYTE_ORDER_MARK, "").strip())
            .filter(line -> !line.isEmpty())
            .findFirst()
            .orElse("");
    return JSON_LINES.matcher(name.toLowerCase(Locale.ROOT)).matches()
        ? !OPEN.matcher(first).matches()
        : !first.matches("[{\\[].*") || first.startsWith("{") && JsonObjects.isWhole(first);
  }

  /** Where columns are missing: people have objects of objects and GeoJSON too. */
  private static String form(ImageSet set, List<String> keys, Dataset<Row> rows) {
    boolean isAlone = !ColumnPositions.areIn(set, keys) && rows.limit(2).count() == 1;
    return isAlone ? " in one JSON object (write an array of objects, or one object per line)" : "";
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
              "%s holds no JSON object in its first %d lines or values; write one per line or an"
                  + " array of them, or set %s.table to another file",
              set.table(),
              LINES_WITH_ALL_KEYS,
              set.setting()));
    }
    return keys.stream().sorted().toList();
  }
}
