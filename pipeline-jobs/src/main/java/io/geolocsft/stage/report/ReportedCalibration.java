package io.geolocsft.stage.report;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.aggregate.Reliability;
import io.geolocsft.report.data.CalibratedModel;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the report shows of the table {@code reliability}. */
final class ReportedCalibration {

  private ReportedCalibration() {}

  /** Of the run's own aggregation. */
  static List<CalibratedModel> of(StageContext context) {
    Map<String, List<Reliability>> levels = new LinkedHashMap<>();
    context
        .tables()
        .read(Tables.RELIABILITY)
        .where(col("aggregation").equalTo(context.config().infer().aggregation()))
        .orderBy("model", "stated")
        .select("model", "stated", "held", "images")
        .collectAsList()
        .forEach(
            row ->
                levels
                    .computeIfAbsent(row.getString(0), unused -> new ArrayList<>())
                    .add(new Reliability(row.getDouble(1), row.getDouble(2), row.getInt(3))));
    return levels.entrySet().stream()
        .map(model -> new CalibratedModel(model.getKey(), model.getValue()))
        .toList();
  }
}
