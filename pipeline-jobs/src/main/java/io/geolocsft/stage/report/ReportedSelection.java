package io.geolocsft.stage.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.round;

import com.google.common.base.Ascii;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.report.data.CountedPoint;
import io.geolocsft.report.data.FunnelStep;
import io.geolocsft.report.data.SampleSpread;
import io.geolocsft.select.Diversity;
import io.geolocsft.stage.FunnelSteps;
import io.geolocsft.stage.SplitRows;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What the report shows of catalogue and selection.
 *
 * @param funnel one step a rule
 * @param spreads of the selection, and of samples beside it
 * @param catalogue images by place, to a tenth of a degree
 * @param chosen places of the selected images
 */
record ReportedSelection(
    List<FunnelStep> funnel,
    List<SampleSpread> spreads,
    List<CountedPoint> catalogue,
    List<GeoPoint> chosen) {

  private static final Map<String, String> SAMPLES =
      Map.of(
          "selection", "Selection",
          "uniform", "The same from every cell",
          "population", "As images come");

  private static final Map<String, String> RULES =
      Map.ofEntries(
          Map.entry(FunnelSteps.READ, "Read"),
          Map.entry(FunnelSteps.UNREADABLE, "Unreadable or without a place"),
          Map.entry("min_side", "Too small"),
          Map.entry("min_entropy", "Blank or almost so"),
          Map.entry("min_contrast", "Without contrast"),
          Map.entry("min_brightness", "Too dark"),
          Map.entry("max_brightness", "Too bright"),
          Map.entry("min_blur", "Blurred"),
          Map.entry("null_island", "At latitude 0, longitude 0"),
          Map.entry("min_decimals", "Coordinates with few decimals"),
          Map.entry("coordinate_spike", "Many at one position"),
          Map.entry("min_sequence_meters", "Close to the last kept in its sequence"),
          Map.entry("swapped_coordinates", "Latitude and longitude swapped"),
          Map.entry("not_on_land", "Not on land"),
          Map.entry("missing_date", "Without a date"),
          Map.entry("too_early", "Too early"),
          Map.entry("too_late", "Too late"),
          Map.entry("placeholder", "Placeholder of a removed image"),
          Map.entry("exact_duplicate", "Exact duplicate"),
          Map.entry("near_duplicate", "Near duplicate"),
          Map.entry("max_per_author", "Too many of one author"),
          Map.entry("max_per_sequence", "Too many of one sequence"),
          Map.entry("benchmark_copy", "Copy of a benchmark's image"),
          Map.entry("benchmark_near_duplicate", "Near duplicate of a benchmark's image"),
          Map.entry("benchmark_cell", "In one cell with a benchmark's image"),
          Map.entry("benchmark_distance", "Close to a benchmark's image"),
          Map.entry("min_distance", "Close to a chosen image"),
          Map.entry("sparse_cell", "In a cell with too few images"),
          Map.entry(FunnelSteps.NOT_SAMPLED, "Not drawn"));

  static ReportedSelection of(StageContext context) {
    Dataset<Row> train = SplitRows.trained(context.tables().read(Tables.BINNED));
    Dataset<Row> selection = context.tables().read(Tables.SELECTION).select("image_id");
    return new ReportedSelection(
        funnel(context),
        spreads(context),
        counted(train),
        train
            .join(selection, "image_id")
            .select("latitude", "longitude")
            .orderBy("latitude", "longitude")
            .collectAsList()
            .stream()
            .map(row -> new GeoPoint(row.getDouble(0), row.getDouble(1)))
            .toList());
  }

  private static List<SampleSpread> spreads(StageContext context) {
    return context.tables().read(Tables.DIVERSITY).collectAsList().stream()
        .map(
            row ->
                new SampleSpread(
                    SAMPLES.getOrDefault(row.getString(0), row.getString(0)),
                    new Diversity(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getDouble(4),
                        row.getDouble(5),
                        row.isNullAt(6) ? Double.NaN : row.getDouble(6),
                        row.getDouble(7))))
        .toList();
  }

  private static List<FunnelStep> funnel(StageContext context) {
    return context.tables().read(Tables.FUNNEL).orderBy("step").collectAsList().stream()
        .map(step -> new FunnelStep(label(step.getString(1)), step.getLong(2), step.getLong(3)))
        .toList();
  }

  private static String label(String rule) {
    return RULES
        .getOrDefault(rule, Ascii.toUpperCase(rule.substring(0, 1)) + rule.substring(1))
        .replace('_', ' ');
  }

  private static List<CountedPoint> counted(Dataset<Row> images) {
    return images
        .groupBy(round(col("latitude"), 1).as("lat"), round(col("longitude"), 1).as("lon"))
        .agg(count(lit(1)))
        .orderBy("lat", "lon")
        .collectAsList()
        .stream()
        .map(
            row ->
                new CountedPoint(new GeoPoint(row.getDouble(0), row.getDouble(1)), row.getLong(2)))
        .toList();
  }
}
