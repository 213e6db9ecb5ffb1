package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/** Adds a rule's rejections to judged rows; a row that is rejected already keeps its first rule. */
final class RejectionColumns {

  /** No rule speaks against the image so far. */
  static final Column OPEN = col(JudgedRows.RULE).isNull();

  private RejectionColumns() {}

  /**
   * Windows over the open rows with equal keys. A row that is rejected already or has no key stands
   * alone in a window of its own: together they would be one window, and so one task's.
   */
  static WindowSpec amongOpen(Column... keys) {
    Column counts = OPEN;
    for (Column key : keys) {
      counts = counts.and(key.isNotNull());
    }
    Column[] partition = Arrays.copyOf(keys, keys.length + 1);
    partition[keys.length] = when(not(counts), col("image_id"));
    return Window.partitionBy(partition);
  }

  /**
   * Rejects the open rows for which the condition holds.
   *
   * @param measured a number column
   * @param limit a number column
   * @param detail a text column
   */
  static Dataset<Row> reject(
      Dataset<Row> rows,
      Column condition,
      String rule,
      Column measured,
      Column limit,
      Column detail) {
    Column applies = OPEN.and(condition);
    Map<String, Column> columns = new TreeMap<>();
    columns.put(JudgedRows.RULE, lit(rule));
    columns.put(JudgedRows.MEASURED, measured.cast("double"));
    columns.put(JudgedRows.LIMIT, limit.cast("double"));
    columns.put(JudgedRows.DETAIL, detail);
    columns.replaceAll((name, value) -> when(applies, value).otherwise(col(name)));
    // All at once: each looks at the rule as it was before.
    return rows.withColumns(columns);
  }
}
