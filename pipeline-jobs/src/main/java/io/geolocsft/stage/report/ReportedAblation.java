package io.geolocsft.stage.report;

import io.geolocsft.config.BenchmarkSettings;
import io.geolocsft.config.VariantSettings;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.report.data.Ablation;
import io.geolocsft.report.data.Variant;
import io.geolocsft.stage.FigureRows;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** What the report shows of the table {@code ablation}. */
final class ReportedAblation {

  private ReportedAblation() {}

  static Ablation of(StageContext context) {
    List<Row> rows = context.tables().read(Tables.ABLATION).collectAsList();
    Map<String, String> settings = new HashMap<>();
    rows.forEach(row -> settings.put(row.getAs("model"), row.getAs("settings")));
    List<String> order =
        context.config().benchmarks().stream().map(BenchmarkSettings::name).toList();
    List<Variant> variants =
        context.config().ablation().variants().stream()
            .map(VariantSettings::name)
            .filter(settings::containsKey)
            .map(name -> new Variant(name, settings.get(name)))
            .toList();
    return new Ablation(
        variants,
        rows.stream()
            .map(FigureRows::figure)
            .sorted(Comparator.comparingInt((Figure figure) -> order.indexOf(figure.benchmark())))
            .toList());
  }
}
