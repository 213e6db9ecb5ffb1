package io.geolocsft.stage.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.xxhash64;

import io.geolocsft.evaluate.Figure;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.report.data.AnswerSet;
import io.geolocsft.report.data.AnswerSet.JudgedAnswer;
import io.geolocsft.report.data.ErrorCounts;
import io.geolocsft.stage.FigureRows;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/**
 * What the report shows of answers and figures. However many answers there are, only counts and
 * some of them come to the driver.
 *
 * @param context of the stage
 * @param benchmarks how many images each has, in the report's order
 */
record ReportedAnswers(StageContext context, Map<String, Long> benchmarks) {

  /** On a map: more would hide one another. */
  private static final int MOST_DRAWN = 400;

  private static final UserDefinedFunction UP_TO =
      udf((UDF1<Double, Double>) ReportedAnswers::upTo, DataTypes.DoubleType);

  private static Double upTo(Double km) {
    return km == null ? null : ErrorCounts.upTo(km);
  }

  /** The figures of the convention that the settings spell out, in the benchmarks' order. */
  List<Figure> figures() {
    List<String> order = List.copyOf(benchmarks.keySet());
    return context
        .tables()
        .read(Tables.METRICS)
        .where(col("convention").equalTo(context.config().evaluate().convention().name()))
        .collectAsList()
        .stream()
        .map(FigureRows::figure)
        .sorted(Comparator.comparingInt(figure -> order.indexOf(figure.benchmark())))
        .toList();
  }

  /** Every model's answers for every benchmark. */
  List<AnswerSet> sets() {
    Dataset<Row> answers =
        context
            .tables()
            .read(Tables.PREDICTIONS)
            .unionByName(context.tables().read(Tables.REFERENCE_PREDICTIONS));
    Map<String, Map<String, Map<Double, Long>>> counts = counts(answers);
    List<AnswerSet> sets = new ArrayList<>();
    benchmarks.forEach(
        (benchmark, images) -> {
          Map<String, List<JudgedAnswer>> drawn = drawn(answers, benchmark);
          counts
              .getOrDefault(benchmark, Map.of())
              .forEach(
                  (model, upTo) ->
                      sets.add(
                          new AnswerSet(
                              benchmark,
                              model,
                              new ErrorCounts(images, upTo),
                              drawn.getOrDefault(model, List.of()))));
        });
    return sets;
  }

  /** Of each benchmark and model, by distance. */
  private static Map<String, Map<String, Map<Double, Long>>> counts(Dataset<Row> answers) {
    Map<String, Map<String, Map<Double, Long>>> counts = new HashMap<>();
    answers
        .groupBy(col("benchmark"), col("model"), UP_TO.apply(col("distance_km")).as("up_to"))
        .count()
        .collectAsList()
        .forEach(
            row -> {
              Map<Double, Long> upTo =
                  counts
                      .computeIfAbsent(row.getString(0), unused -> new TreeMap<>())
                      .computeIfAbsent(row.getString(1), unused -> new HashMap<>());
              if (!row.isNullAt(2)) {
                upTo.put(row.getDouble(2), row.getLong(3));
              }
            });
    return counts;
  }

  /** Answers of each model for some images, whose ids have the least hashes. */
  private static Map<String, List<JudgedAnswer>> drawn(Dataset<Row> answers, String benchmark) {
    Dataset<Row> own = answers.where(col("benchmark").equalTo(benchmark));
    List<Object> images =
        own
            .select("image_id")
            .distinct()
            .orderBy(xxhash64(col("image_id")), col("image_id"))
            .limit(MOST_DRAWN)
            .collectAsList()
            .stream()
            .<Object>map(row -> row.getString(0))
            .toList();
    Map<String, List<JudgedAnswer>> drawn = new HashMap<>();
    own.where(col("image_id").isInCollection(images))
        .orderBy("model", "image_id")
        .collectAsList()
        .forEach(
            row ->
                drawn
                    .computeIfAbsent(row.getAs("model"), unused -> new ArrayList<>())
                    .add(answer(row)));
    return drawn;
  }

  /** A row of {@code predictions}. */
  static JudgedAnswer answer(Row row) {
    Double distanceKm = row.getAs("distance_km");
    return new JudgedAnswer(
        new GeoPoint(row.getAs("truth_latitude"), row.getAs("truth_longitude")),
        distanceKm == null
            ? Optional.empty()
            : Optional.of(new GeoPoint(row.getAs("latitude"), row.getAs("longitude"))),
        distanceKm == null ? Double.NaN : distanceKm);
  }
}
