package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.aggregate.Calibration.Sureness;
import io.geolocsft.aggregate.Radii;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The table {@code calibration}, of which a model has at most ten rows. */
final class CalibrationTable {

  private CalibrationTable() {}

  /** The radii of every model's answers, by its name. */
  static Map<String, Radii> radii(Dataset<Row> calibration, String aggregation) {
    Map<String, List<Radii.Band>> bands = new HashMap<>();
    calibration
        .where(col("aggregation").equalTo(aggregation))
        .orderBy("model", "band")
        .select("model", "images", "spread_km", "log_probability", "radius_50_km", "radius_90_km")
        .collectAsList()
        .forEach(
            row ->
                bands
                    .computeIfAbsent(row.getString(0), unused -> new ArrayList<>())
                    .add(
                        new Radii.Band(
                            new Sureness(row.getDouble(2), row.getDouble(3)),
                            row.getInt(1),
                            new Radii.OfAnswer(row.getDouble(4), row.getDouble(5)))));
    Map<String, Radii> radii = new HashMap<>();
    bands.forEach((model, some) -> radii.put(model, new Radii(some)));
    return Map.copyOf(radii);
  }
}
