package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.cluster.AnswerChunk;
import io.geolocsft.cluster.Answering;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.config.ConfigException;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.table.HadoopFiles;
import io.geolocsft.table.ImageBytes;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    return List.of(Tables.BINNED.name(), Sft.TUNED);
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.CANDIDATES.name(), ERRORS.name());
  }

  @Override
  public int revision() {
    return 1;
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
  public void run(StageContext context) throws Exception {
    ModelFolder.check(context.config().model());
    Dataset<Row> images = BenchmarkSet.evaluated(context.tables().read(Tables.BINNED));
    Dataset<Row> answers = answers(context, images);
    try {
      Dataset<Row> good = answers.where(col("error").isNull());
      publishCandidates(context, good);
      publishErrors(context, answers.where(col("error").isNotNull()));
    } finally {
      answers.unpersist();
    }
    context.tables().clearScratch(name());
  }

  /** The models by the name that tables call them. */
  private static Map<String, ModelSpec> models(StageContext context) {
    PipelineConfig config = context.config();
    ModelSpec base = ModelSpec.base(config.model(), config.run().seed());
    Map<String, ModelSpec> models = new LinkedHashMap<>();
    for (String name : config.infer().models()) {
      models.put(name, name.equals("base") ? base : tuned(context, base));
    }
    return models;
  }

  private static ModelSpec tuned(StageContext context, ModelSpec base) {
    HadoopFiles folder =
        context
            .tables()
            .directory(Sft.TUNED)
            .orElseThrow(
                () -> new ConfigException("There is no tuned model yet: run the stage sft first"));
    return base.with(folder);
  }

  /** All models' answers, computed and held. */
  private Dataset<Row> answers(StageContext context, Dataset<Row> images) throws IOException {
    Map<String, ModelSpec> models = models(context);
    long count = images.count();
    if (count == 0) {
      throw BenchmarkSet.none();
    }
    LongAccumulator answered = context.spark().sparkContext().longAccumulator("images answered");
    LongAccumulator found = context.spark().sparkContext().longAccumulator("images found answered");
    JavaPairRDD<Integer, AnswerChunk.Query> chunks = chunks(images, context.config(), count);
    List<AnswerChunk> work =
        models.entrySet().stream()
            .map(model -> work(context, model.getKey(), model.getValue(), answered, found))
            .toList();
    tellKept(context, work, chunks.getNumPartitions());
    Dataset<Row> answers =
        work.stream()
            .map(model -> answersOf(context, model, chunks))
            .reduce(Dataset::unionAll)
            .orElseThrow()
            .persist(StorageLevel.MEMORY_AND_DISK());
    long total = count * models.size();
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
  private static JavaPairRDD<Integer, AnswerChunk.Query> chunks(
      Dataset<Row> images, PipelineConfig config, long count) {
    int size = config.infer().batchSize() * BATCHES_PER_CHUNK;
    int chunks = Math.toIntExact((count + size - 1) / size);
    return images
        .select("split", "image_id", "uri", "sha256")
        .orderBy("split", "image_id")
        .toJavaRDD()
        .map(
            row ->
                new AnswerChunk.Query(
                    row.getString(0), row.getString(1), row.getString(2), row.getString(3)))
        .zipWithIndex()
        .mapToPair(indexed -> new Tuple2<>((int) (indexed._2() / size), indexed._1()))
        .partitionBy(new HashPartitioner(chunks));
  }

  private static void tellKept(StageContext context, List<AnswerChunk> work, int chunks)
      throws IOException {
    long kept = 0;
    for (AnswerChunk model : work) {
      kept += model.kept();
    }
    if (kept > 0) {
      context.tell(
          String.format(
              Locale.ROOT,
              "infer: going on with %d of %d parts answered",
              kept,
              chunks * work.size()));
    }
  }

  private AnswerChunk work(
      StageContext context,
      String name,
      ModelSpec model,
      LongAccumulator answered,
      LongAccumulator found) {
    PipelineConfig config = context.config();
    Answering answering =
        new Answering(
            model,
            config.model().device(),
            config.examples(),
            config.infer(),
            config.run().seed(),
            new ImageBytes(
                context.spark().sessionState().newHadoopConf(), DecodeLimits.DEFAULT.maxBytes()));
    return new AnswerChunk(
        name, answering, context.tables().scratch(name()).in(name), answered, found);
  }

  private static Dataset<Row> answersOf(
      StageContext context, AnswerChunk work, JavaPairRDD<Integer, AnswerChunk.Query> chunks) {
    String run = context.config().run().name();
    JavaRDD<Row> rows = chunks.mapPartitions(chunk -> rows(run, work.name(), work, chunk));
    return context.spark().createDataFrame(rows, ANSWERS);
  }

  private static Iterator<Row> rows(
      String run,
      String model,
      AnswerChunk work,
      Iterator<Tuple2<Integer, AnswerChunk.Query>> chunk)
      throws Exception {
    List<AnswerChunk.Query> queries = new ArrayList<>();
    int number = 0;
    while (chunk.hasNext()) {
      Tuple2<Integer, AnswerChunk.Query> next = chunk.next();
      number = next._1();
      queries.add(next._2());
    }
    // A shuffle may deliver them in any order.
    queries.sort(
        Comparator.comparing(AnswerChunk.Query::benchmark)
            .thenComparing(AnswerChunk.Query::imageId));
    return queries.isEmpty()
        ? Collections.emptyIterator()
        : work.answers(number, queries).stream().map(line -> row(run, model, line)).iterator();
  }

  private static Row row(String run, String model, AnswerChunk.Line line) {
    return RowFactory.create(
        run,
        model,
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
    Dataset<Row> rows = good.select(Tables.CANDIDATES.columns());
    context
        .tables()
        .publish(
            Tables.CANDIDATES,
            rows.repartition(1).sortWithinPartitions("benchmark", "model", "image_id", "k"));
  }

  private void publishErrors(StageContext context, Dataset<Row> failed) {
    Dataset<Row> rows =
        failed.select(
            lit(name()).as("stage"),
            col("run_id"),
            col("image_id"),
            col("uri"),
            col("error_kind").as("kind"),
            col("error").as("message"),
            col("benchmark").as("split"));
    context.tables().publish(ERRORS, rows.distinct().coalesce(1));
  }
}
