package io.geolocsft.stage.ingest.listing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.map_keys;
import static org.apache.spark.sql.functions.regexp_replace;

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
 * The objects of a file of JSON: one a line, or an array of them.
 *
 * @param rows {@code line}, the number of a line or object from 1, and {@code fields}, its keys and
 *     values as text, null where it is no object
 * @param place what {@code line} counts, {@code images.jsonl line}
 */
public record JsonRows(TableLocation table, Dataset<Row> rows, String place) {

  /** The column of a line's keys and values. */
  public static final String FIELDS = "fields";

  /** In so many lines every key that must be there turns up. */
  private static final int LINES_WITH_ALL_KEYS = 1_000;

  private static final Pattern JSON_LINES = Pattern.compile(".*\\.(jsonl|ndjson)(\\.\\w+)?");

  /** A value that goes on below, or an array of objects. */
  private static final Pattern OPEN = Pattern.compile("[{\\[]|\\[\\s*\\{.*");

  /**
   * Opens a file.
   *
   * @throws DataException if it is not text
   */
  public static JsonRows open(SparkSession spark, TableLocation table) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    TextFile file = TextFile.of(table, hadoop);
    boolean isByLine = isByLine(file.name(), file.head(hadoop));
    Dataset<String> objects =
        isByLine ? file.lines(spark) : file.found(spark, JsonObjects::new, Encoders.STRING());
    Column object = regexp_replace(col("text"), "^" + NumberedLines.BYTE_ORDER_MARK, "");
    Dataset<Row> rows =
        NumberedLines.of(spark, objects, 0)
            .withColumn(
                FIELDS,
                from_json(
                    object, DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType)));
    return new JsonRows(table, rows, file.name() + (isByLine ? " line" : " object"));
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

  /** Of a line; a key may turn up late in the file. */
  public static Column value(String key) {
    return key.isEmpty() ? ListedImages.none() : col(FIELDS).getItem(key);
  }

  /**
   * The keys of the first objects, alphabetically.
   *
   * @throws DataException if there is no object
   */
  public List<String> keys() {
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
                  + " array of them, or set %s to another file",
              table.location(),
              LINES_WITH_ALL_KEYS,
              table.setting()));
    }
    return keys.stream().sorted().toList();
  }
}
