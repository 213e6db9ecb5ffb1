package io.geolocsft.stage.locate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;

import io.geolocsft.aggregate.Radii;
import io.geolocsft.cluster.ModelSpec;
import io.geolocsft.cluster.answering.AnswerCounts;
import io.geolocsft.cluster.answering.Answering;
import io.geolocsft.cluster.answering.Answering.Answerer;
import io.geolocsft.cluster.answering.ChunkAnswerer;
import io.geolocsft.cluster.answering.ImageChunks;
import io.geolocsft.config.InferSettings;
import io.geolocsft.config.LocateSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.files.Fingerprint;
import io.geolocsft.files.FolderListing;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.Locations;
import io.geolocsft.stage.CalibrationFile;
import io.geolocsft.stage.CountedRows;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.stage.ModelFolder;
import io.geolocsft.stage.ModelStage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.SortedFiles;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Answers for photographs without coordinates: no benchmark, no truth, and nothing of a run is
 * needed but a model. A file that is no image has a row that says so.
 */
public final class Locate implements ModelStage {

  private static final int FILES_PER_TASK = 10_000;
  private static final long ROWS_PER_FILE = 100_000;

  @Override
  public String name() {
    return "locate";
  }

  @Override
  public List<String> inputs() {
    return List.of();
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.LOCATED.name());
  }

  @Override
  public int revision() {
    return 2;
  }

  /** What {@code infer} says of its answers, and {@code bin} of the names of places. */
  @Override
  public SettingValues settings(SettingValues all) {
    return ModelStage.answers(all)
        .and(all.only("locate", "infer"))
        .without(
            "locate.images",
            "locate.adapter",
            "infer.candidates",
            "infer.aggregation",
            "infer.models");
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    LocateSettings settings = config.locate();
    if (settings.images().isEmpty()) {
      throw new ConfigException("locate.images: set the folder of the photographs");
    }
    Map<String, String> inputs = new TreeMap<>(ModelStage.super.externalInputs(config));
    inputs.putAll(GeoReference.fingerprints(config.bin()));
    inputs.put("locate.images", Fingerprint.of(settings.images()));
    if (!settings.adapter().isEmpty()) {
      inputs.put("locate.adapter", Fingerprint.of(settings.adapter()));
      CalibrationFile.ofRun(settings.adapter())
          .ifPresent(folder -> inputs.put("calibration", Fingerprint.of(folder)));
    }
    return inputs;
  }

  /**
   * Who answers.
   *
   * @param images how files are read, and the adapter is
   */
  public static Answering answering(PipelineConfig config, ImageBytes images) throws IOException {
    LocateSettings settings = config.locate();
    ModelSpec base = ModelSpec.base(config.model(), config.run().seed());
    boolean isBase = settings.adapter().isEmpty();
    return new Answering(
        isBase ? base : base.with(adapter(settings.adapter(), images.hadoop())),
        List.of(new Answerer(isBase ? InferSettings.BASE : InferSettings.TUNED, isBase)),
        config.model().device(),
        config.examples(),
        config.infer().withCandidates(settings.candidates()),
        config.run().seed(),
        images);
  }

  /**
   * The radii of its answers, where the adapter has some.
   *
   * @param hadoop how files are read
   * @param told is told why there are none, where there are those of something else
   * @throws ConfigException if they cannot be read
   */
  public static Optional<Radii> radii(
      PipelineConfig config, Configuration hadoop, Consumer<String> told) {
    LocateSettings settings = config.locate();
    return settings.adapter().isEmpty()
        ? Optional.empty()
        : CalibrationFile.read(
            settings.adapter(),
            settings.aggregation(),
            CalibrationFile.settings(config.withCandidates(settings.candidates())),
            hadoop,
            told);
  }

  private static HadoopFiles adapter(String location, Configuration hadoop) throws IOException {
    HadoopFiles folder = HadoopFiles.below(location, hadoop);
    Path path = new Path(folder.folder());
    if (!path.getFileSystem(hadoop).exists(path)) {
      throw new ConfigException(
          "locate.adapter: there is no folder %s. Give the folder tuned or rewarded of a run"
              .formatted(location));
    }
    return folder;
  }

  @Override
  public void run(StageContext context) throws Exception {
    ModelFolder.check(context.config().model());
    String location = context.config().locate().images();
    Broadcast<GeoReference> reference =
        JavaSparkContext.fromSparkContext(context.spark().sparkContext())
            .broadcast(GeoReference.read(context.config().bin(), context.spark()));
    try (FolderListing listing = FolderListing.of(context.spark(), location)) {
      Dataset<Row> rows = rows(context, listing, reference);
      try {
        publish(context, rows);
      } finally {
        rows.unpersist();
      }
    } finally {
      reference.destroy();
    }
    context.tables().clearScratch(name());
  }

  /** The rows, computed and held. */
  private Dataset<Row> rows(
      StageContext context, FolderListing listing, Broadcast<GeoReference> reference)
      throws IOException {
    PipelineConfig config = context.config();
    ImageBytes images = ImageBytes.of(context.spark());
    JavaRDD<String> files = listing.files();
    long total = files.count();
    if (total == 0) {
      throw new DataException(
          "The folder %s holds no file; put the photographs there or set locate.images"
              .formatted(config.locate().images()));
    }
    ImageChunks chunks =
        ImageChunks.of(
            requests(files, root(config.locate().images(), images.hadoop()), total),
            total,
            config.infer().batchSize(),
            context.spark().sparkContext().defaultParallelism());
    Answering answering = answering(config, images);
    AnswerCounts counts = AnswerCounts.in(context.spark().sparkContext());
    ChunkAnswerer work = new ChunkAnswerer(answering, context.tables().scratch(name()), counts);
    LocatedRows located =
        new LocatedRows(
            config.run(),
            answering.models().get(0).name(),
            config.locate().aggregation(),
            radii(config, images.hadoop(), context::tell).orElse(null),
            reference,
            images);
    Dataset<Row> rows =
        context
            .spark()
            .createDataFrame(
                chunks.answers(work).mapPartitions(located::of), Tables.LOCATED.struct())
            .persist(StorageLevel.MEMORY_AND_DISK());
    try (CountedRows shown =
        new CountedRows(
            counts.answered(),
            counts.found(),
            context.progress("Locating", total, "photographs"),
            total)) {
      rows.count();
    }
    return rows;
  }

  private static String root(String location, Configuration hadoop) throws IOException {
    Path path = Locations.path(location);
    return FolderListing.root(path.getFileSystem(hadoop), path).toString();
  }

  private static JavaRDD<ChunkAnswerer.Request> requests(
      JavaRDD<String> files, String root, long total) {
    return files
        .sortBy(file -> file, true, (int) (1 + total / FILES_PER_TASK))
        .map(
            file ->
                new ChunkAnswerer.Request(
                    "", file, Locations.child(new Path(root), file).toString(), null));
  }

  private static void publish(StageContext context, Dataset<Row> rows) {
    Row counted =
        rows.agg(count(col("image_id")), count(col("latitude")), count(col("error"))).head();
    int files = Math.toIntExact(1 + counted.getLong(0) / ROWS_PER_FILE);
    context.tables().publish(Tables.LOCATED, SortedFiles.of(rows, files, "image_id"));
    context.tell(
        String.format(
            Locale.ROOT,
            "locate: %d of %d photographs have an answer, %d files could not be read (column error)",
            counted.getLong(1),
            counted.getLong(0),
            counted.getLong(2)));
  }
}
