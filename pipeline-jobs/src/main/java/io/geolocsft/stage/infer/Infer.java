package io.geolocsft.stage.infer;

import static io.geolocsft.config.InferSettings.BASE;
import static io.geolocsft.config.InferSettings.TUNED;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.cluster.Answering;
import io.geolocsft.cluster.Answering.Answerer;
import io.geolocsft.cluster.ChunkAnswerer;
import io.geolocsft.cluster.DeviceProbe;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.RunSettings;
import io.geolocsft.config.SettingValues;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.stage.BenchmarkSet;
import io.geolocsft.stage.CountedRows;
import io.geolocsft.stage.ModelFolder;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * Lets the base model and the tuned one answer for every benchmark image. The batches are the same
 * whatever the number of partitions.
 */
public final class Infer implements Stage {

  static final String MODELS = "infer.models";

  private static final TableSchema ERRORS = Tables.errorsOf("infer");

  /**
   * Batches a task: enough that loading a model pays, few enough that a killed run loses little.
   */
  private static final int BATCHES_PER_CHUNK = 4;

  /** Candidates, and with {@code error} set what could not be answered. */
  private static final StructType ANSWERS =
      Tables.CANDIDATES
          .struct()
          .add("uri", DataTypes.StringType)
          .add("error_kind", DataTypes.StringType)
          .add("error", DataTypes.StringType);

  @Override
  public String name() {
    return "infer";
  }

  @Override
  public List<String> inputs() {
    return List.of(Tables.BINNED.name(), Tables.TUNED);
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.CANDIDATES.name(), ERRORS.name());
  }

  @Override
  public int revision() {
    return 2;
  }

  /**
   * The prompt ({@code examples.prompt}, {@code layout}, {@code pan_and_scan}) and the form ({@code
   * target}, {@code decimals}) make text and coordinates, as do the weights and their type;
   * sampling and seed those of sampled candidates; {@code batch_size} the last digits of
   * log_probability. How candidates become a point is not asked here.
   */
  @Override
  public SettingValues settings(SettingValues all) {
    return all.only(
            "infer",
            "model.weights",
            "model.dtype",
            "examples.prompt",
            "examples.layout",
            "examples.pan_and_scan",
            "examples.target",
            "examples.decimals",
            "run.seed")
        .without("infer.aggregation");
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    return ModelFolder.fingerprints(config.model());
  }

  @Override
  public void check(StageContext context) throws Exception {
    ModelFolder.check(context.config().model());
    DeviceProbe.ofTask(context.spark(), context.config().model().device());
  }

  @Override
  public void run(StageContext context) throws Exception {
    ModelFolder.check(context.config().model());
    UnchangedAnswers kept = UnchangedAnswers.of(context, ERRORS);
    List<Answering> wanted = answerings(context, kept.models());
    Dataset<Row> answers = answers(context, wanted);
    try {
      publishCandidates(context, kept.candidates(answers.where(col("error").isNull())));
      publishErrors(context, kept.errors(errors(answers.where(col("error").isNotNull()))));
    } finally {
      answers.unpersist();
    }
    context.tables().clearScratch(name());
  }

  /**
   * The models that are still to answer, those together that are loaded together: an adapter lies
   * beside the weights that the base model is, while a whole tuned model stands alone.
   */
  private static List<Answering> answerings(StageContext context, Set<String> kept) {
    PipelineConfig config = context.config();
    List<String> names = new ArrayList<>(config.infer().models());
    names.removeAll(kept);
    ModelSpec base = ModelSpec.base(config.model(), config.run().seed());
    if (!names.contains(TUNED)) {
      return names.isEmpty() ? List.of() : List.of(answering(context, base, names));
    }
    ModelSpec tuned = tuned(context, base);
    return tuned.adapted() || names.size() == 1
        ? List.of(answering(context, tuned, names))
        : List.of(
            answering(context, base, List.of(BASE)), answering(context, tuned, List.of(TUNED)));
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

  private static ModelSpec tuned(StageContext context, ModelSpec base) {
    HadoopFiles folder =
        context
            .tables()
            .directory(Tables.TUNED)
            .orElseThrow(
                () -> new ConfigException("There is no tuned model yet: run the stage sft first"));
    return base.with(folder);
  }

  /** The answers, computed and held. */
  private Dataset<Row> answers(StageContext context, List<Answering> wanted) throws IOException {
    if (wanted.isEmpty()) {
      return context.spark().createDataFrame(List.of(), ANSWERS);
    }
    Dataset<Row> images = BenchmarkSet.evaluated(context.tables().read(Tables.BINNED));
    long count = images.count();
    if (count == 0) {
      throw BenchmarkSet.none();
    }
    LongAccumulator answered = context.spark().sparkContext().longAccumulator("images answered");
    LongAccumulator found = context.spark().sparkContext().longAccumulator("images found answered");
    JavaPairRDD<Integer, ChunkAnswerer.Request> chunks = chunks(images, context.config(), count);
    List<ChunkAnswerer> work =
        wanted.stream().map(models -> work(context, models, answered, found)).toList();
    tellKept(context, work, chunks.getNumPartitions());
    Dataset<Row> answers =
        work.stream()
            .map(models -> answersOf(context, models, chunks))
            .reduce(Dataset::unionAll)
            .orElseThrow()
            .persist(StorageLevel.MEMORY_AND_DISK());
    long total = count * wanted.stream().mapToLong(each -> each.models().size()).sum();
    try (CountedRows shown =
        new CountedRows(answered, found, context.progress("Answering", total, "images"), total)) {
      if (answers.count() == 0) {
        throw new IllegalStateException(
            String.format(Locale.ROOT, "No answer for %d images", count));
      }
    }
    return answers;
  }

  /** The images in order, so many batches a partition. */
  private static JavaPairRDD<Integer, ChunkAnswerer.Request> chunks(
      Dataset<Row> images, PipelineConfig config, long count) {
    int size = config.infer().batchSize() * BATCHES_PER_CHUNK;
    int chunks = Math.toIntExact((count + size - 1) / size);
    return images
        .select("split", "image_id", "uri", "sha256")
        .orderBy("split", "image_id")
        .toJavaRDD()
        .map(
            row ->
                new ChunkAnswerer.Request(
                    row.getString(0), row.getString(1), row.getString(2), row.getString(3)))
        .zipWithIndex()
        .mapToPair(indexed -> new Tuple2<>((int) (indexed._2() / size), indexed._1()))
        .partitionBy(new HashPartitioner(chunks));
  }

  private static void tellKept(StageContext context, List<ChunkAnswerer> work, int chunks)
      throws IOException {
    long kept = 0;
    for (ChunkAnswerer model : work) {
      kept += model.kept();
    }
    if (kept > 0) {
      context.tell(
          String.format(
              Locale.ROOT,
              "infer: resuming with %d of %d parts answered",
              kept,
              chunks * work.size()));
    }
  }

  private ChunkAnswerer work(
      StageContext context, Answering models, LongAccumulator answered, LongAccumulator found) {
    String names = models.models().stream().map(Answerer::name).collect(Collectors.joining("+"));
    return new ChunkAnswerer(models, context.tables().scratch(name()).in(names), answered, found);
  }

  private static Dataset<Row> answersOf(
      StageContext context,
      ChunkAnswerer work,
      JavaPairRDD<Integer, ChunkAnswerer.Request> chunks) {
    RunSettings run = context.config().run();
    JavaRDD<Row> rows = chunks.mapPartitions(chunk -> rows(run, work, chunk));
    return context.spark().createDataFrame(rows, ANSWERS);
  }

  private static Iterator<Row> rows(
      RunSettings run, ChunkAnswerer work, Iterator<Tuple2<Integer, ChunkAnswerer.Request>> chunk)
      throws Exception {
    List<ChunkAnswerer.Request> queries = new ArrayList<>();
    int number = 0;
    while (chunk.hasNext()) {
      Tuple2<Integer, ChunkAnswerer.Request> next = chunk.next();
      number = next._1();
      queries.add(next._2());
    }
    // A shuffle may deliver them in any order.
    queries.sort(
        Comparator.comparing(ChunkAnswerer.Request::benchmark)
            .thenComparing(ChunkAnswerer.Request::imageId));
    return queries.isEmpty()
        ? Collections.emptyIterator()
        : work.answers(number, queries).stream().map(line -> row(run, line)).iterator();
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

  private static void publishCandidates(StageContext context, Dataset<Row> good) {
    context
        .tables()
        .publish(
            Tables.CANDIDATES,
            good.repartition(1).sortWithinPartitions("benchmark", "model", "image_id", "k"));
  }

  /** An image is bad for all models or for none. */
  private Dataset<Row> errors(Dataset<Row> failed) {
    return failed.select(
        lit(name()).as("stage"),
        col("run_id"),
        col("run_name"),
        col("image_id"),
        col("uri"),
        col("error_kind").as("kind"),
        col("error").as("message"),
        col("benchmark").as("split"));
  }

  private static void publishErrors(StageContext context, Dataset<Row> errors) {
    context.tables().publish(ERRORS, errors.distinct().coalesce(1));
  }
}
