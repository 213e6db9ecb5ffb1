package io.geolocsft.stage;

import io.geolocsft.config.BenchmarkSettings;
import io.geolocsft.config.EvaluateSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.ModelPair;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Judges every model's answers, and those of references that need no model, as a whole and by
 * slice. Every image of a benchmark counts, whether a model has a row for it or not.
 */
public final class Evaluate implements Stage {

  static final String NAME = "evaluate";

  private static final TableSchema ERRORS = Tables.errorsOf(NAME);
  private static final List<ModelPair> PAIRS = List.of(new ModelPair("tuned", "base"));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> inputs() {
    return List.of(Tables.BINNED.name(), Tables.SELECTION.name(), Tables.PREDICTIONS.name());
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.METRICS.name(), Tables.REFERENCE_PREDICTIONS.name(), ERRORS.name());
  }

  @Override
  public Object settings(PipelineConfig config) {
    return List.of(
        config.evaluate(),
        config.run(),
        config.benchmarks().stream().map(BenchmarkSettings::name).toList());
  }

  @Override
  public void run(StageContext context) throws Exception {
    SparkSession spark = context.spark();
    String run = context.config().run().name();
    EvaluateSettings settings = context.config().evaluate();
    Dataset<Row> binned = context.tables().read(Tables.BINNED);
    List<BenchmarkSet> benchmarks =
        BenchmarkSet.all(
            binned, context.config().benchmarks().stream().map(BenchmarkSettings::name).toList());
    ReferenceAnswers references =
        ReferenceAnswers.of(
            spark,
            settings.references(),
            BenchmarkSet.trained(binned)
                .join(context.tables().read(Tables.SELECTION).select("image_id"), "image_id"),
            BenchmarkSet.evaluated(binned));
    Dataset<Row> answered =
        ReferenceAnswers.table(
            spark, references.rows(run, Judging.convention(settings), benchmarks));
    context.tables().publish(Tables.REFERENCE_PREDICTIONS, answered);
    context
        .tables()
        .publish(
            ERRORS, spark.createDataFrame(references.errors(run), ERRORS.struct()).coalesce(1));
    List<Figure> figures =
        figures(
            context,
            benchmarks,
            AnswerRows.of(context.tables().read(Tables.PREDICTIONS).unionByName(answered)));
    List<Row> rows = figures.stream().map(figure -> FigureRows.row(run, figure)).toList();
    context
        .tables()
        .publish(Tables.METRICS, spark.createDataFrame(rows, Tables.METRICS.struct()).coalesce(1));
    context.tell(new ResultText(figures, Judging.convention(settings)).text());
  }

  private static List<Figure> figures(
      StageContext context, List<BenchmarkSet> benchmarks, AnswerRows answers) {
    List<Evaluation> evaluations =
        Judging.evaluations(context.config().evaluate(), context.config().run().seed());
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
