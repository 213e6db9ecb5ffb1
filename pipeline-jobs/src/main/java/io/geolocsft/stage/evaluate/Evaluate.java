package io.geolocsft.stage.evaluate;

import io.geolocsft.config.BenchmarkSettings;
import io.geolocsft.config.EvaluateSettings;
import io.geolocsft.config.InferSettings;
import io.geolocsft.config.RunSettings;
import io.geolocsft.config.SettingValues;
import io.geolocsft.evaluate.Bootstrap;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.ModelPair;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.failure.DataException;
import io.geolocsft.stage.BenchmarkSet;
import io.geolocsft.stage.FigureRows;
import io.geolocsft.stage.Progress;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.stage.StoredPredictions;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Makes one answer of every image's candidates and judges it, and those of references that need no
 * model, as a whole and by slice. Every image of a benchmark counts, whether a model has a row for
 * it or not.
 */
public final class Evaluate implements Stage {

  static final String NAME = "evaluate";

  private static final List<ModelPair> PAIRS =
      List.of(new ModelPair(InferSettings.TUNED, InferSettings.BASE));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> inputs() {
    return List.of(
        Tables.BINNED.name(),
        Tables.THUMBNAILS.name(),
        Tables.SELECTION.name(),
        Tables.CANDIDATES.name());
  }

  @Override
  public List<String> outputs() {
    return List.of(
        Tables.PREDICTIONS.name(), Tables.REFERENCE_PREDICTIONS.name(), Tables.METRICS.name());
  }

  @Override
  public int revision() {
    return 2;
  }

  /**
   * {@code infer.aggregation} makes point and radius of the predictions, {@code infer.models} says
   * whose; {@code distance} and {@code geoscore} make distance_km and geoscore; all of {@code
   * evaluate} the figures, and the seed their intervals. The benchmarks' names give the order.
   */
  @Override
  public SettingValues settings(SettingValues all) {
    return all.only(
        "evaluate", "infer.aggregation", "infer.models", "benchmarks.*.name", "run.seed");
  }

  @Override
  public void run(StageContext context) throws Exception {
    SparkSession spark = context.spark();
    RunSettings run = context.config().run();
    EvaluateSettings settings = context.config().evaluate();
    Dataset<Row> binned = context.tables().read(Tables.BINNED);
    predict(context, context.tables().read(Tables.CANDIDATES), BenchmarkSet.evaluated(binned));
    List<BenchmarkSet> benchmarks =
        BenchmarkSet.all(
            binned, context.config().benchmarks().stream().map(BenchmarkSettings::name).toList());
    ReferenceAnswers references =
        ReferenceAnswers.of(
            spark,
            settings.references(),
            BenchmarkSet.trained(binned)
                .join(context.tables().read(Tables.SELECTION).select("image_id"), "image_id"),
            BenchmarkSet.evaluated(binned),
            context.tables().read(Tables.THUMBNAILS));
    Dataset<Row> answered =
        ReferenceAnswers.table(
            spark, references.rows(PredictionRow.of(context.config()), benchmarks));
    context.tables().publish(Tables.REFERENCE_PREDICTIONS, answered);
    List<Figure> figures =
        figures(
            context,
            benchmarks,
            StoredPredictions.of(context.tables().read(Tables.PREDICTIONS).unionByName(answered)));
    List<Row> rows = figures.stream().map(figure -> FigureRows.row(run, figure)).toList();
    context
        .tables()
        .publish(Tables.METRICS, spark.createDataFrame(rows, Tables.METRICS.struct()).coalesce(1));
    context.tell(new ResultText(figures, settings.convention()).text());
  }

  private static void predict(StageContext context, Dataset<Row> candidates, Dataset<Row> images) {
    PredictionRows.requireFit(candidates, images);
    context
        .tables()
        .publish(Tables.PREDICTIONS, PredictionRows.of(context.config()).of(candidates, images));
  }

  private static List<Figure> figures(
      StageContext context, List<BenchmarkSet> benchmarks, StoredPredictions answers) {
    List<Evaluation> evaluations =
        evaluations(context.config().evaluate(), context.config().run().seed());
    List<Figure> figures = new ArrayList<>();
    int total = evaluations.size() * benchmarks.size();
    int done = 0;
    try (Progress progress = context.progress("Judging", total, "benchmarks")) {
      for (Evaluation evaluation : evaluations) {
        for (BenchmarkSet benchmark : benchmarks) {
          figures.addAll(figures(evaluation, benchmark, answers.of(benchmark.name())));
          progress.reached(++done);
        }
      }
    }
    return figures;
  }

  /** The convention that the settings spell out, then the peers' that were asked for as well. */
  private static List<Evaluation> evaluations(EvaluateSettings settings, long seed) {
    Bootstrap bootstrap = settings.bootstrap(seed);
    return Stream.concat(
            Stream.of(settings.convention()),
            settings.conventions().stream().map(Convention::named))
        .distinct()
        .map(
            convention ->
                new Evaluation(
                    convention,
                    bootstrap,
                    settings.resample().equals("author"),
                    settings.minSlice()))
        .toList();
  }

  private static List<Figure> figures(
      Evaluation evaluation, BenchmarkSet benchmark, Map<String, Map<String, Prediction>> models) {
    try {
      return evaluation.figures(benchmark.name(), benchmark.images(), new TreeMap<>(models), PAIRS);
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "The predictions do not fit the benchmark: %s. Run infer again".formatted(e.getMessage()),
          e);
    }
  }
}
