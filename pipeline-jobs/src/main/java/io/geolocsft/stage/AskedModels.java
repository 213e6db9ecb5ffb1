package io.geolocsft.stage;

import static io.geolocsft.config.InferSettings.BASE;
import static io.geolocsft.config.InferSettings.ENDPOINT;
import static io.geolocsft.config.InferSettings.REWARDED;
import static io.geolocsft.config.InferSettings.TUNED;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.answering.AnswerCounts;
import io.geolocsft.cluster.answering.Answering;
import io.geolocsft.cluster.answering.Answering.Answerer;
import io.geolocsft.cluster.answering.ChunkAnswerer;
import io.geolocsft.cluster.answering.EndpointAnswering;
import io.geolocsft.cluster.answering.EndpointClients;
import io.geolocsft.cluster.answering.ImageChunks;
import io.geolocsft.cluster.answering.Responder;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.RunSettings;
import io.geolocsft.config.SettingValues;
import io.geolocsft.config.endpoint.EndpointSection;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.table.SortedFiles;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Lets the models of {@code infer.models} answer for images, in the form and by the sampling that
 * {@code examples} and {@code infer} say. The batches are the same whatever the number of
 * partitions.
 *
 * @param stage that asks, which publishes its errors
 * @param candidates the table of the answers
 */
public record AskedModels(String stage, TableSchema candidates) {

  static final String MODELS = "infer.models";

  /** Where the models are that stages make. */
  static final Map<String, String> FOLDERS = Map.of(TUNED, Tables.TUNED, REWARDED, Tables.REWARDED);

  private static final double MUCH_WAITING = 0.2;

  private static final long CHARACTERS_PER_ROW = 100;

  /** Of the candidates' texts in one file, before compression. */
  private static final long CHARACTERS_PER_FILE = 256L << 20;

  /** Candidates, and with {@code error} set what could not be answered. */
  private static final StructType ANSWERS =
      Tables.CANDIDATES
          .struct()
          .add("uri", DataTypes.StringType)
          .add("error_kind", DataTypes.StringType)
          .add("error", DataTypes.StringType);

  /**
   * The prompt ({@code examples.prompt}, {@code layout}, {@code pan_and_scan}) and the form ({@code
   * target}, {@code decimals}) make text and coordinates, as do the weights and their type;
   * sampling and seed those of sampled candidates; {@code batch_size} the last digits of
   * log_probability. How candidates become a point is not asked here.
   */
  public static SettingValues settings(SettingValues all) {
    return ModelStage.answers(all)
        .and(all.only("infer"))
        .without("infer.aggregation")
        .without(
            EndpointSection.carryingOut().map("infer.endpoint."::concat).toArray(String[]::new));
  }

  /** Of the inputs of a stage, without the folders of models that do not answer. */
  public static List<String> inputs(List<String> all, PipelineConfig config) {
    List<String> inputs = new ArrayList<>(all);
    FOLDERS.forEach(
        (model, folder) -> {
          if (!config.infer().models().contains(model)) {
            inputs.remove(folder);
          }
        });
    return inputs;
  }

  /** Manifest ids of those of the models that stages make. */
  public static Map<String, String> ids(StageContext context) {
    Map<String, String> ids = new TreeMap<>();
    for (String model : context.config().infer().models()) {
      Optional.ofNullable(FOLDERS.get(model))
          .flatMap(context.tables()::manifest)
          .ifPresent(manifest -> ids.put(model, manifest.id()));
    }
    return ids;
  }

  /** The models' files; a server has its model itself. */
  public static Map<String, String> externalInputs(PipelineConfig config) {
    return isLocal(config) ? ModelFolder.fingerprints(config.model()) : Map.of();
  }

  /** See {@link io.geolocsft.stage.Stage#check}. */
  public static void check(StageContext context) throws Exception {
    if (isLocal(context.config())) {
      ModelStage.check(context.spark(), context.config().model());
    }
    if (context.config().infer().models().contains(ENDPOINT)) {
      EndpointClients.check(
          context.spark(),
          EndpointAnswering.SECTION,
          context.config().infer().endpoint().settings());
    }
  }

  private static boolean isLocal(PipelineConfig config) {
    return !config.infer().models().equals(List.of(ENDPOINT));
  }

  /** The table of what cannot be answered. */
  public TableSchema errors() {
    return Tables.errorsOf(stage);
  }

  /**
   * Asks what is not known yet, and publishes both tables.
   *
   * @param images rows of {@code binned}
   */
  public void ask(StageContext context, Dataset<Row> images) throws Exception {
    if (isLocal(context.config())) {
      ModelFolder.check(context.config().model());
    }
    UnchangedAnswers kept = UnchangedAnswers.of(context, this);
    List<Responder> wanted = responders(context, kept.models());
    Dataset<Row> answers = answers(context, wanted, images);
    try {
      publishCandidates(context, kept.candidates(answers.where(col("error").isNull())));
      publishErrors(context, kept.errors(errors(answers.where(col("error").isNotNull()))));
    } finally {
      answers.unpersist();
    }
  }

  /**
   * The models that are still to answer, those together that are loaded together: an adapter lies
   * beside the weights that the base model is, while a whole tuned model stands alone.
   */
  private List<Responder> responders(StageContext context, Set<String> kept) throws IOException {
    PipelineConfig config = context.config();
    List<String> names = new ArrayList<>(config.infer().models());
    names.removeAll(kept);
    List<Responder> responders = new ArrayList<>();
    if (names.remove(ENDPOINT)) {
      responders.add(endpoint(context));
    }
    responders.addAll(local(context, names));
    return responders;
  }

  private EndpointAnswering endpoint(StageContext context) {
    PipelineConfig config = context.config();
    return new EndpointAnswering(
        config.infer().endpoint(),
        config.examples(),
        config.infer(),
        config.run().seed(),
        ImageBytes.of(context.spark()),
        context.tables().scratch(stage).in("endpoint-answers"));
  }

  private static List<Answering> local(StageContext context, List<String> names) {
    if (names.isEmpty()) {
      return List.of();
    }
    PipelineConfig config = context.config();
    ModelSpec base = ModelSpec.base(config.model(), config.run().seed());
    List<Answering> all = new ArrayList<>();
    boolean isBaseLeft = names.contains(BASE);
    for (String name : List.of(TUNED, REWARDED)) {
      if (names.contains(name)) {
        ModelSpec made = made(context, base, name);
        all.add(
            answering(
                context, made, isBaseLeft && made.adapted() ? List.of(BASE, name) : List.of(name)));
        isBaseLeft &= !made.adapted();
      }
    }
    if (isBaseLeft) {
      all.add(0, answering(context, base, List.of(BASE)));
    }
    return all;
  }

  private static Answering answering(StageContext context, ModelSpec spec, List<String> names) {
    PipelineConfig config = context.config();
    return new Answering(
        spec,
        names.stream().map(name -> new Answerer(name, name.equals(BASE))).toList(),
        config.model().device(),
        config.examples(),
        config.infer(),
        config.run().seed(),
        ImageBytes.of(context.spark()));
  }

  private static ModelSpec made(StageContext context, ModelSpec base, String name) {
    HadoopFiles folder =
        context
            .tables()
            .directory(FOLDERS.get(name))
            .orElseThrow(
                () ->
                    new ConfigException(
                        "There is no %s model yet: run the stage %s first"
                            .formatted(name, name.equals(TUNED) ? "sft" : "grpo")));
    return base.with(folder);
  }

  /** The answers, computed and held. */
  private Dataset<Row> answers(StageContext context, List<Responder> wanted, Dataset<Row> images)
      throws IOException {
    long count = images.count();
    if (wanted.isEmpty() || count == 0) {
      return context.spark().createDataFrame(List.of(), ANSWERS);
    }
    AnswerCounts counts = AnswerCounts.in(context.spark().sparkContext());
    ImageChunks chunks = chunks(context, images, count);
    List<ChunkAnswerer> work =
        wanted.stream().map(models -> work(context, models, counts)).toList();
    tellKept(context, work, chunks.count());
    Dataset<Row> answers =
        work.stream()
            .map(models -> answersOf(context, models, chunks))
            .reduce(Dataset::unionAll)
            .orElseThrow()
            .persist(StorageLevel.MEMORY_AND_DISK());
    long total = count * wanted.stream().mapToLong(each -> each.names().size()).sum();
    try (CountedRows shown =
        new CountedRows(
            counts.answered(),
            counts.found(),
            context.progress("Answering", total, "images"),
            total)) {
      if (answers.count() == 0) {
        throw new IllegalStateException(
            String.format(Locale.ROOT, "No answer for %d images", count));
      }
    }
    tellWaiting(context, counts.waitingShare());
    return answers;
  }

  /** What a user can do something about. */
  private void tellWaiting(StageContext context, double share) {
    if (share > MUCH_WAITING) {
      context.tell(
          String.format(
              Locale.ROOT,
              stage
                  + ": devices waited %.0f %% of their time for images; more cores a task (spark.task.cpus) or faster storage would help",
              100 * share));
    }
  }

  private static ImageChunks chunks(StageContext context, Dataset<Row> images, long count) {
    return ImageChunks.of(
        images
            .select("split", "image_id", "uri", "sha256")
            .orderBy("split", "image_id")
            .toJavaRDD()
            .map(
                row ->
                    new ChunkAnswerer.Request(
                        row.getString(0), row.getString(1), row.getString(2), row.getString(3))),
        count,
        context.config().infer().batchSize(),
        context.spark().sparkContext().defaultParallelism());
  }

  private void tellKept(StageContext context, List<ChunkAnswerer> work, int chunks)
      throws IOException {
    long kept = 0;
    for (ChunkAnswerer model : work) {
      kept += model.kept();
    }
    if (kept > 0) {
      context.tell(
          String.format(
              Locale.ROOT,
              stage + ": resuming with %d of %d parts answered",
              kept,
              chunks * work.size()));
    }
  }

  private ChunkAnswerer work(StageContext context, Responder models, AnswerCounts counts) {
    String names = String.join("+", models.names());
    return new ChunkAnswerer(models, context.tables().scratch(stage).in(names), counts);
  }

  private static Dataset<Row> answersOf(
      StageContext context, ChunkAnswerer work, ImageChunks chunks) {
    RunSettings run = context.config().run();
    return context
        .spark()
        .createDataFrame(chunks.answers(work).map(line -> row(run, line)), ANSWERS);
  }

  private static Row row(RunSettings run, ChunkAnswerer.Line line) {
    return RowFactory.create(
        run.id(),
        run.name(),
        line.model(),
        line.imageId(),
        line.k(),
        line.text(),
        line.latitude(),
        line.longitude(),
        line.logProbability(),
        line.parseStatus(),
        line.benchmark(),
        line.uri(),
        line.errorKind(),
        line.error());
  }

  /** Sorted, by as many tasks as there are files. */
  private void publishCandidates(StageContext context, Dataset<Row> good) {
    long characters =
        good.agg(coalesce(sum(length(col("text")).plus(CHARACTERS_PER_ROW)), lit(0L)))
            .as(Encoders.LONG())
            .head();
    int files = Math.toIntExact(1 + characters / CHARACTERS_PER_FILE);
    context
        .tables()
        .publish(candidates, SortedFiles.of(good, files, "benchmark", "model", "image_id", "k"));
  }

  /** An image is bad for all models or for none. */
  private Dataset<Row> errors(Dataset<Row> failed) {
    return failed.select(
        lit(stage).as("stage"),
        col("run_id"),
        col("run_name"),
        col("image_id"),
        col("uri"),
        col("error_kind").as("kind"),
        col("error").as("message"),
        col("benchmark").as("split"));
  }

  private void publishErrors(StageContext context, Dataset<Row> errors) {
    context.tables().publish(errors(), errors.distinct().coalesce(1));
  }
}
