package io.geolocsft.stage.evaluate;

import io.geolocsft.config.BenchmarkSettings;
import io.geolocsft.config.EvaluateSettings;
import io.geolocsft.config.InferSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.evaluate.Bootstrap;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.ModelPair;
import io.geolocsft.stage.CountedRows;
import io.geolocsft.stage.FigureRows;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.stage.SplitRows;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/**
 * Makes one answer of every image's candidates and judges it, and those of references that need no
 * model, as a whole and by slice. Every image of a benchmark counts, whether a model has a row for
 * it or not.
 */
public final class Evaluate implements Stage {

  static final String NAME = "evaluate";

  /** In the order of training, in which each is compared with the one before it. */
  private static final List<String> TRAINED =
      List.of(InferSettings.BASE, InferSettings.TUNED, InferSettings.REWARDED);

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
        Tables.NEIGHBOURS.name(),
        Tables.CANDIDATES.name(),
        Tables.CALIBRATION.name());
  }

  @Override
  public List<String> outputs() {
    return List.of(
        Tables.PREDICTIONS.name(), Tables.REFERENCE_PREDICTIONS.name(), Tables.METRICS.name());
  }

  @Override
  public int revision() {
    return 6;
  }

  /**
   * {@code infer.aggregation} makes point and radius of the predictions, {@code infer.models} says
   * whose; {@code distance} and {@code geoscore} make distance_km and geoscore; all of {@code
   * evaluate} the figures, and the seed their intervals. The benchmarks' names give the order;
   * {@code bin} says which countries, provinces and places there are.
   */
  @Override
  public SettingValues settings(SettingValues all) {
    return all.only(
        "evaluate",
        "infer.aggregation",
        "infer.models",
        "benchmarks.*.name",
        "bin.countries",
        "bin.admin1",
        "bin.places",
        "run.seed");
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    return GeoReference.fingerprints(config.bin());
  }

  @Override
  public void run(StageContext context) throws Exception {
    Dataset<Row> binned = context.tables().read(Tables.BINNED);
    Dataset<Row> images = SplitRows.evaluated(binned);
    Map<String, Long> counts =
        SplitRows.counts(
            binned, context.config().benchmarks().stream().map(BenchmarkSettings::name).toList());
    long all = counts.values().stream().mapToLong(count -> count).sum();
    SliceColumns slices = new SliceColumns(images, context.config().evaluate().slices());
    slices.check();
    Broadcast<GeoReference> geography =
        JavaSparkContext.fromSparkContext(context.spark().sparkContext())
            .broadcast(GeoReference.read(context.config().bin(), context.spark()));
    try {
      AnswerAreas areas = new AnswerAreas(geography);
      predict(context, images, areas, all);
      refer(context, binned, areas, all);
    } finally {
      geography.destroy();
    }
    List<Figure> figures = figures(context, counts, slices);
    List<Row> rows =
        figures.stream().map(figure -> FigureRows.row(context.config().run(), figure)).toList();
    context
        .tables()
        .publish(
            Tables.METRICS,
            context.spark().createDataFrame(rows, Tables.METRICS.struct()).coalesce(1));
    context.tell(new ResultText(figures, context.config().evaluate().convention()).text());
  }

  private static void predict(
      StageContext context, Dataset<Row> images, AnswerAreas areas, long count) {
    Dataset<Row> candidates = context.tables().read(Tables.CANDIDATES);
    PredictionRows.requireFit(candidates, images);
    PredictionRows predictions =
        PredictionRows.of(
            context.config(), judged(context, areas), context.tables().read(Tables.CALIBRATION));
    context
        .tables()
        .publish(
            Tables.PREDICTIONS,
            PredictionRows.inFiles(
                predictions.of(candidates, images), count * predictions.models().size()));
  }

  private static void refer(
      StageContext context, Dataset<Row> binned, AnswerAreas areas, long count) {
    List<String> names = context.config().evaluate().references();
    ReferenceAnswers references =
        new ReferenceAnswers(
            judged(context, areas),
            SplitRows.trained(binned)
                .join(context.tables().read(Tables.SELECTION).select("image_id"), "image_id"),
            SplitRows.evaluated(binned),
            context.tables().read(Tables.NEIGHBOURS));
    try (PixelAnswers pixels =
        new PixelAnswers(context.spark(), context.tables().read(Tables.THUMBNAILS))) {
      context
          .tables()
          .publish(
              Tables.REFERENCE_PREDICTIONS,
              PredictionRows.inFiles(references.of(names, pixels), count * names.size()));
    }
  }

  private static PredictionRow judged(StageContext context, AnswerAreas areas) {
    return new PredictionRow(
        context.config().run(), areas, context.config().evaluate().convention());
  }

  private static List<Figure> figures(
      StageContext context, Map<String, Long> counts, SliceColumns slices) {
    EvaluateSettings settings = context.config().evaluate();
    List<Evaluation> evaluations = evaluations(context.config());
    Dataset<Row> answers =
        context
            .tables()
            .read(Tables.PREDICTIONS)
            .unionByName(context.tables().read(Tables.REFERENCE_PREDICTIONS));
    Dataset<Row> sliced = slices.beside(answers);
    Judge judge = new Judge(context.config().run(), slices.dimensions(), Evaluation.EXACT_IMAGES);
    LongAccumulator judged = context.spark().sparkContext().longAccumulator("judged");
    int models = context.config().infer().models().size() + settings.references().size();
    long images = counts.values().stream().mapToLong(count -> count).sum();
    long total = evaluations.size() * models * images;
    List<Figure> figures = new ArrayList<>();
    try (CountedRows unused =
        new CountedRows(judged, context.progress("Judging", total, "answers"), total)) {
      evaluations.forEach(
          evaluation -> figures.addAll(judge.figures(evaluation, sliced, counts, judged)));
    }
    return figures;
  }

  /** The convention that the settings spell out, then the peers' that were asked for as well. */
  private static List<Evaluation> evaluations(PipelineConfig config) {
    EvaluateSettings settings = config.evaluate();
    Bootstrap bootstrap = settings.bootstrap(config.run().seed());
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
                    settings.minSlice(),
                    pairs(config.infer())))
        .toList();
  }

  private static List<ModelPair> pairs(InferSettings infer) {
    List<String> asked = TRAINED.stream().filter(infer.models()::contains).toList();
    return IntStream.range(1, asked.size())
        .mapToObj(i -> new ModelPair(asked.get(i), asked.get(i - 1)))
        .toList();
  }
}
