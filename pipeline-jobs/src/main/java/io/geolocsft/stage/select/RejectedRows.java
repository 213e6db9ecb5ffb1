package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Publishes what was rejected, {@code rejections} and {@code funnel}; also where too little is left
 * to choose from, since that is when it is asked for. The stage's other outputs are then missing or
 * of an earlier run, so it is not done.
 */
final class RejectedRows {

  private final StageContext context;
  private final long taken;

  /**
   * @param taken training images that ingest took
   */
  RejectedRows(StageContext context, long taken) {
    this.context = context;
    this.taken = taken;
  }

  /**
   * Replaces both tables.
   *
   * @param judged every training image, rejected or not
   */
  void publish(Dataset<Row> judged) {
    // One sorted file: the same bytes however the input was partitioned.
    context
        .tables()
        .publish(
            Tables.REJECTIONS,
            judged
                .where(col(JudgedRows.RULE).isNotNull())
                .select(Tables.REJECTIONS.columns())
                .repartition(1)
                .sortWithinPartitions("image_id"));
    context
        .tables()
        .publish(
            Tables.FUNNEL,
            context
                .spark()
                .createDataFrame(Funnel.rows(context, taken), Tables.FUNNEL.struct())
                .coalesce(1));
  }

  /** For the message of what went wrong afterwards. */
  String whereToLook() {
    return "What was rejected, and why: run/geolocsft sql --output '%s' \"SELECT rule, count(*) FROM rejections GROUP BY rule\" (or FROM funnel)"
        .formatted(context.tables().location());
  }
}
