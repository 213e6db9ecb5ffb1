package io.geolocsft.stage.evaluate;

import io.geolocsft.config.BenchmarkSettings;
import io.geolocsft.config.CandidateSource;
import io.geolocsft.config.EvaluateSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.config.VariantSettings;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.ModelPair;
import io.geolocsft.stage.CountedRows;
import io.geolocsft.stage.FigureRows;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.stage.SplitRows;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.stage.VariantRun;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;

/**
 * Measures variants of the run beside one another. Stages whose outputs a variant does not change
 * are shared with the run; the others are run for it, in a folder of its own.
 */
public final class Ablate implements Stage {

  private final List<Stage> chain;

  /**
   * @param chain the stages that a variant may change, in the order of the data
   */
  public Ablate(List<Stage> chain) {
    this.chain = List.copyOf(chain);
  }

  @Override
  public String name() {
    return "ablate";
  }

  @Override
  public List<String> inputs() {
    Set<String> inputs = new TreeSet<>();
    chain.forEach(stage -> inputs.addAll(stage.inputs()));
    return withOutputs(inputs);
  }

  @Override
  public List<String> inputs(PipelineConfig config) {
    if (config.ablation().variants().isEmpty()) {
      return List.of();
    }
    Set<String> inputs = new TreeSet<>();
    addInputs(config, inputs);
    config.ablation().variants().forEach(variant -> addInputs(variant.of(config), inputs));
    return withOutputs(inputs);
  }

  private void addInputs(PipelineConfig config, Set<String> inputs) {
    chain.stream()
        .filter(stage -> stage.leftOut(config).isEmpty())
        .forEach(stage -> inputs.addAll(stage.inputs(config)));
  }

  private static List<String> withOutputs(Set<String> inputs) {
    inputs.addAll(
        List.of(Tables.BINNED.name(), Tables.CANDIDATES.name(), Tables.NEIGHBOURS.name()));
    return List.copyOf(inputs);
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.ABLATION_PREDICTIONS.name(), Tables.ABLATION.name());
  }

  @Override
  public int revision() {
    return 1;
  }

  /** All that makes the answers of a variant, and what {@code evaluate} measures by. */
  @Override
  public SettingValues settings(SettingValues all) {
    SettingValues some =
        all.only(
                "ablation",
                "evaluate",
                "infer.aggregation",
                "benchmarks.*.name",
                "bin.countries",
                "bin.admin1",
                "bin.places",
                "run.seed")
            .without(
                "evaluate.references",
                "evaluate.conventions",
                "evaluate.slices",
                "evaluate.min_slice");
    for (Stage stage : chain) {
      some = some.and(stage.settings(all));
    }
    return some;
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    Map<String, String> inputs = new TreeMap<>();
    if (!config.ablation().variants().isEmpty()) {
      inputs.putAll(GeoReference.fingerprints(config.bin()));
      inputs.putAll(OtherRuns.fingerprints(config.ablation()));
      chain.forEach(stage -> inputs.putAll(stage.externalInputs(config)));
      for (VariantSettings variant : config.ablation().variants()) {
        PipelineConfig own = variant.of(config);
        chain.forEach(
            stage ->
                stage
                    .externalInputs(own)
                    .forEach((name, print) -> inputs.put(variant.name() + " " + name, print)));
      }
    }
    return inputs;
  }

  @Override
  public void check(StageContext context) throws Exception {
    for (VariantSettings variant : context.config().ablation().variants()) {
      new VariantRun(context, chain).check(variant, VariantAnswers.inputs(variant));
    }
  }

  @Override
  public void run(StageContext context) throws Exception {
    List<VariantSettings> variants = context.config().ablation().variants();
    if (variants.isEmpty()) {
      publish(context, Tables.ABLATION_PREDICTIONS, List.of());
      publish(context, Tables.ABLATION, List.of());
      return;
    }
    Broadcast<GeoReference> geography =
        JavaSparkContext.fromSparkContext(context.spark().sparkContext())
            .broadcast(GeoReference.read(context.config().bin(), context.spark()));
    try {
      answer(context, variants, new AnswerAreas(geography));
    } finally {
      geography.destroy();
    }
    publish(context, Tables.ABLATION, figures(context, variants));
  }

  private static void publish(StageContext context, TableSchema table, List<Row> rows) {
    context
        .tables()
        .publish(table, context.spark().createDataFrame(rows, table.struct()).coalesce(1));
  }

  private void answer(StageContext context, List<VariantSettings> variants, AnswerAreas areas)
      throws Exception {
    Dataset<Row> images = SplitRows.evaluated(context.tables().read(Tables.BINNED));
    VariantAnswers answers =
        new VariantAnswers(
            new PredictionRow(
                context.config().run(), areas, context.config().evaluate().convention()),
            images);
    OtherRuns others = new OtherRuns(context.config().ablation(), context::spark);
    VariantRun runs = new VariantRun(context, chain);
    List<Dataset<Row>> predictions = new ArrayList<>();
    for (VariantSettings variant : variants) {
      TableStore tables = runs.made(variant, VariantAnswers.inputs(variant));
      predictions.add(answers.of(variant, variant.of(context.config()), tables, others));
    }
    context
        .tables()
        .publish(
            Tables.ABLATION_PREDICTIONS,
            PredictionRows.inFiles(
                predictions.stream().reduce(Dataset::unionByName).orElseThrow(),
                images.count() * variants.size()));
  }

  private static List<Row> figures(StageContext context, List<VariantSettings> variants) {
    PipelineConfig config = context.config();
    Map<String, Long> counts =
        SplitRows.counts(
            context.tables().read(Tables.BINNED),
            config.benchmarks().stream().map(BenchmarkSettings::name).toList());
    long total = variants.size() * counts.values().stream().mapToLong(count -> count).sum();
    LongAccumulator judged = context.spark().sparkContext().longAccumulator("judged");
    try (CountedRows unused =
        new CountedRows(judged, context.progress("Judging", total, "answers"), total)) {
      return new Judge(config.run(), List.of(), Evaluation.EXACT_IMAGES)
              .figures(
                  evaluation(config, variants),
                  context.tables().read(Tables.ABLATION_PREDICTIONS),
                  counts,
                  judged)
              .stream()
              .map(figure -> row(config, variants, figure))
              .toList();
    }
  }

  private static Evaluation evaluation(PipelineConfig config, List<VariantSettings> variants) {
    EvaluateSettings settings = config.evaluate();
    String first = variants.get(0).name();
    return new Evaluation(
        settings.convention(),
        settings.bootstrap(config.run().seed()),
        settings.resample().equals("author"),
        settings.minSlice(),
        variants.stream().skip(1).map(variant -> new ModelPair(variant.name(), first)).toList());
  }

  private static Row row(PipelineConfig config, List<VariantSettings> variants, Figure figure) {
    Row row = FigureRows.row(config.run(), figure);
    Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] =
        variants.stream()
            .filter(variant -> variant.name().equals(figure.model()))
            .map(variant -> text(variant, config))
            .findFirst()
            .orElse(null);
    return RowFactory.create(values);
  }

  /** What a variant is, in a line. */
  private static String text(VariantSettings variant, PipelineConfig config) {
    PipelineConfig own = variant.of(config);
    List<String> parts = new ArrayList<>();
    variant.sources().forEach(source -> parts.add(candidates(variant, source, own)));
    parts.add("aggregation=" + variant.aggregation(own));
    parts.addAll(variant.set());
    return String.join(", ", parts);
  }

  private static String candidates(
      VariantSettings variant, CandidateSource source, PipelineConfig own) {
    int count = variant.candidates();
    if (count == 0 && source.run().isPresent()) {
      return "all of " + source;
    }
    if (count == 0) {
      count = source.isNeighbours() ? own.neighbours().count() : own.infer().candidates();
    }
    return String.format(Locale.ROOT, "%d of %s", count, source);
  }
}
