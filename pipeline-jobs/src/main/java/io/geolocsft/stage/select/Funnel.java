package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.ImageSet;
import io.geolocsft.stage.FunnelSteps;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Rows of {@code funnel}: the rule that left out the most images first, the draw last. */
public final class Funnel {

  private static final Comparator<Row> ORDER =
      Comparator.<Row, Boolean>comparing(row -> row.getString(0).equals(FunnelSteps.NOT_SAMPLED))
          .thenComparing(row -> -row.getLong(1))
          .thenComparing(row -> row.getString(0));

  private Funnel() {}

  /**
   * Counts.
   *
   * @param taken training images that ingest took
   */
  static List<Row> rows(StageContext context, long taken) {
    long unreadable = unreadable(context);
    List<Row> steps = new ArrayList<>();
    steps.add(RowFactory.create(0, FunnelSteps.READ, 0L, taken + unreadable));
    if (unreadable > 0) {
      steps.add(RowFactory.create(1, FunnelSteps.UNREADABLE, unreadable, taken));
    }
    long left = taken;
    List<Row> rejected =
        context.tables().read(Tables.REJECTIONS).groupBy("rule").count().collectAsList();
    for (Row rule : rejected.stream().sorted(ORDER).toList()) {
      left -= rule.getLong(1);
      steps.add(RowFactory.create(steps.size(), rule.getString(0), rule.getLong(1), left));
    }
    return steps;
  }

  /** What ingest could not take of the training images; the benchmarks' errors stand beside. */
  private static long unreadable(StageContext context) {
    return context
        .tables()
        .read(Tables.INGEST_ERRORS)
        .where(col("split").isNull().or(col("split").equalTo(ImageSet.TRAIN)))
        .count();
  }
}
