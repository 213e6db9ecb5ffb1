package io.geolocsft.stage.caption;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import io.geolocsft.caption.CaptionSchema;
import io.geolocsft.cluster.answering.EndpointClients;
import io.geolocsft.config.ImageSet;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.RunSettings;
import io.geolocsft.config.SettingValues;
import io.geolocsft.config.endpoint.CaptionSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.files.Fingerprint;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.Locations;
import io.geolocsft.stage.CountedRows;
import io.geolocsft.stage.ExampleTexts;
import io.geolocsft.stage.ModelFolder;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;

/**
 * Finds the text that the model learns to answer for each selected image: by a template, out of
 * files, or from a server that is told where the image was taken, as the paper's geo-captions were
 * made (GeoLocSFT, arXiv 2506.01277).
 */
public final class Caption implements Stage {

  private static final TableSchema ERRORS = Tables.errorsOf("caption");

  @Override
  public String name() {
    return "caption";
  }

  @Override
  public List<String> inputs() {
    return List.of(Tables.SELECTION.name(), Tables.BINNED.name());
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.CAPTIONS.name(), Tables.CAPTION_LEDGER.name(), ERRORS.name());
  }

  @Override
  public int revision() {
    return 1;
  }

  /**
   * What makes the texts: the form of {@code examples}, and of {@code caption} what its source
   * reads. Where a server stands and what it costs makes no text another one.
   */
  @Override
  public SettingValues settings(SettingValues all) {
    SettingValues form =
        all.only(
            "caption.source", "examples.target", "examples.decimals", "examples.coordinate_step");
    String source = all.values().get("caption.source");
    if (source.contains(CaptionSettings.TEMPLATE)) {
      return form;
    }
    SettingValues judged =
        form.and(all.only("examples", "caption.max_distance_km", "caption.reject_leaks"));
    return source.contains(CaptionSettings.FILES)
        ? judged.and(all.only("caption.files"))
        : judged.and(
            all.only("caption")
                .without(
                    CaptionSettings.carryingOut().map("caption."::concat).toArray(String[]::new)));
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    CaptionSettings settings = config.caption();
    if (settings.source().equals(CaptionSettings.TEMPLATE)) {
      return Map.of();
    }
    Map<String, String> inputs =
        new TreeMap<>(ModelFolder.textFingerprints(config.model(), config.examples().panAndScan()));
    if (settings.source().equals(CaptionSettings.FILES)) {
      settings.files().forEach(file -> inputs.put("caption/" + file, Fingerprint.of(file)));
    } else if (!settings.schema().isEmpty()) {
      inputs.put("caption/schema", Fingerprint.of(settings.schema()));
    }
    return inputs;
  }

  @Override
  public void check(StageContext context) throws Exception {
    CaptionSettings settings = context.config().caption();
    if (settings.source().equals(CaptionSettings.ENDPOINT)) {
      schema(context);
      EndpointClients.check(context.spark(), EndpointCaptions.SECTION, settings.server());
    }
  }

  @Override
  public void run(StageContext context) throws Exception {
    Dataset<Row> images = images(context);
    SparkContext spark = context.spark().sparkContext();
    LongAccumulator done = spark.longAccumulator("images captioned");
    LongAccumulator found = spark.longAccumulator("images whose captions were there");
    Dataset<Row> outcomes =
        source(context, done, found).outcomes(images).persist(StorageLevel.MEMORY_AND_DISK());
    long total = images.count();
    try (CountedRows shown =
        new CountedRows(done, found, context.progress("Captioning", total, "images"), total)) {
      require(context, outcomes);
      publish(context, outcomes);
    } finally {
      outcomes.unpersist();
    }
  }

  /** The selected images in the order of their rank. */
  private static Dataset<Row> images(StageContext context) {
    return context
        .tables()
        .read(Tables.SELECTION)
        .select("image_id", "rank")
        .join(context.tables().read(Tables.BINNED).drop("geometry", "bbox"), "image_id")
        .orderBy("rank", "image_id")
        .select(CaptionImage.COLUMNS.stream().map(name -> col(name)).toArray(Column[]::new));
  }

  private static CaptionSource source(
      StageContext context, LongAccumulator done, LongAccumulator found) throws IOException {
    PipelineConfig config = context.config();
    CaptionSettings settings = config.caption();
    return switch (settings.source()) {
      case CaptionSettings.FILES -> new FileCaptions(context, settings, ExampleTexts.of(config));
      case CaptionSettings.ENDPOINT -> {
        String schema = schema(context);
        yield new EndpointCaptions(
            settings,
            schema,
            ExampleTexts.of(config),
            ImageBytes.of(context.spark()),
            new CaptionStore(
                store(context),
                EndpointCaptions.promptId(settings, schema),
                settings.endpoint().model()),
            done,
            found);
      }
      default -> new TemplateCaptions(config.examples());
    };
  }

  private static HadoopFiles store(StageContext context) throws IOException {
    String own = context.config().caption().store();
    return own.isEmpty()
        ? context.tables().paid("captions")
        : HadoopFiles.below(own, context.spark().sessionState().newHadoopConf());
  }

  private static String schema(StageContext context) throws IOException {
    String file = context.config().caption().schema();
    if (file.isEmpty()) {
      return CaptionSchema.standard().json();
    }
    Configuration hadoop = context.spark().sessionState().newHadoopConf();
    Path path = Locations.path(file);
    try (InputStream in = Locations.open(path.getFileSystem(hadoop), path)) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return CaptionSchema.of(json).json();
    } catch (IllegalArgumentException e) {
      throw new ConfigException("caption.schema: %s is %s".formatted(file, e.getMessage()));
    }
  }

  /** Ends the stage before anything is published; what was paid for stays. */
  private static void require(StageContext context, Dataset<Row> outcomes) {
    CaptionSettings settings = context.config().caption();
    List<Row> counts =
        outcomes
            .groupBy("kind")
            .agg(count(lit(1)).as("images"), min("message").as("example"))
            .orderBy(col("images").desc(), col("kind"))
            .collectAsList();
    long all = counts.stream().mapToLong(Caption::images).sum();
    if (all == 0) {
      throw new DataException(
          "None of the selected images is in the table %s: run the stage select again"
              .formatted(Tables.BINNED.name()));
    }
    List<Row> bad = counts.stream().filter(row -> row.getAs("kind") != null).toList();
    long failed = bad.stream().mapToLong(Caption::images).sum();
    if (bad.stream().anyMatch(row -> row.getAs("kind").equals(EndpointCaptions.UNPAID))) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "The budget of caption.budget_requests = %d and budget_tokens = %d is used up: %d of %d images have captions, which are kept. Raise it to go on",
              settings.budgetRequests(),
              settings.budgetTokens(),
              all - failed,
              all));
    }
    if (failed > settings.maxErrorShare() * all || failed == all) {
      throw new DataException(
          String.format(
                  Locale.ROOT,
                  "%d of %d images have no caption (%.1f %%, allowed by caption.max_error_share: %.1f %%); answers that were paid for are kept:",
                  failed,
                  all,
                  100.0 * failed / all,
                  100 * settings.maxErrorShare())
              + bad.stream().map(Caption::line).collect(Collectors.joining()));
    }
  }

  private static String line(Row kind) {
    return String.format(
        Locale.ROOT,
        "%n  %d %s, such as: %s",
        images(kind),
        kind.getAs("kind"),
        kind.getAs("example"));
  }

  private static long images(Row counts) {
    return counts.<Long>getAs("images");
  }

  private static void publish(StageContext context, Dataset<Row> outcomes) {
    RunSettings run = context.config().run();
    Dataset<Row> ofRun =
        outcomes
            .withColumn("run_id", lit(run.id()))
            .withColumn("run_name", lit(run.name()))
            .withColumn("stage", lit("caption"))
            .withColumn("split", lit(ImageSet.TRAIN));
    Column isCaptioned = col("kind").isNull();
    // One file keeps the order of the ranks.
    context
        .tables()
        .publish(
            Tables.CAPTIONS,
            ofRun.where(isCaptioned).select(Tables.CAPTIONS.columns()).coalesce(1));
    context
        .tables()
        .publish(
            Tables.CAPTION_LEDGER,
            ofRun
                .withColumn("paid", explode(col("paid")))
                .select("run_id", "run_name", "image_id", "paid.*")
                .coalesce(1));
    context
        .tables()
        .publish(ERRORS, ofRun.where(col("kind").isNotNull()).select(ERRORS.columns()).coalesce(1));
  }
}
