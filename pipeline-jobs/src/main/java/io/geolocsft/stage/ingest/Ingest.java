package io.geolocsft.stage.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.when;

import io.geolocsft.config.ImageSet;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.files.Fingerprint;
import io.geolocsft.files.FolderListing;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.image.DecodeLimits;
import io.geolocsft.stage.CountedRows;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.stage.ingest.listing.EmbeddedImages;
import io.geolocsft.stage.ingest.listing.ImageRoot;
import io.geolocsft.stage.ingest.listing.ListedImages;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;

/**
 * Takes the training images and those of every benchmark into the {@code catalogue}: decoded once,
 * measured, with coordinates from a table or EXIF. What cannot be taken goes to {@code
 * errors_ingest}. Rows are in the order of image_id, whatever the number of partitions.
 */
public final class Ingest implements Stage {

  static final String NAME = "ingest";

  /** Enough for a task of some seconds, few enough to balance. */
  private static final long ROWS_PER_TASK = 1000;

  private static final long ROWS_PER_FILE = 1_000_000;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> inputs() {
    return List.of();
  }

  @Override
  public List<String> outputs() {
    return List.of(
        Tables.CATALOGUE.name(),
        Tables.THUMBNAILS.name(),
        Tables.IMAGES.name(),
        Tables.INGEST_ERRORS.name());
  }

  @Override
  public int revision() {
    return 2;
  }

  /**
   * {@code source} is a column; {@code images}, {@code table}, {@code layout} and {@code columns}
   * say which images there are and what all other columns hold; {@code max_pixels} makes errors,
   * and {@code max_error_share} refuses.
   */
  @Override
  public SettingValues settings(SettingValues all) {
    return all.only("ingest", "benchmarks");
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    Map<String, String> inputs = new TreeMap<>();
    for (ImageSet set : ImageSet.of(config)) {
      inputs.put(set.setting() + ".images", Fingerprint.of(set.images()));
      if (!set.table().isEmpty()) {
        inputs.put(set.setting() + ".table", Fingerprint.of(set.table()));
      }
    }
    return inputs;
  }

  /** The tables' columns; no image is opened. */
  @Override
  public void check(StageContext context) {
    try {
      ImageSet.of(context.config()).forEach(set -> ListedImages.check(context.spark(), set));
    } catch (Exception e) {
      TableDamage.tell(e);
      throw e;
    }
  }

  @Override
  public void run(StageContext context) {
    try {
      takeIn(context);
    } catch (Exception e) {
      TableDamage.tell(e);
      throw e;
    }
  }

  private static void takeIn(StageContext context) {
    List<ImageSet> sets = ImageSet.of(context.config());
    Map<String, IntakeSet> intake = intake(sets, context.spark());
    sets.forEach(set -> ListedImages.requireIntact(context.spark(), set));
    EmbeddedImages.publish(context.spark(), sets, context.tables());
    List<FolderListing> listings = new ArrayList<>();
    try {
      take(context, sets, intake, listed(context.spark(), sets, listings));
    } finally {
      listings.forEach(FolderListing::close);
    }
  }

  private static Map<String, IntakeSet> intake(List<ImageSet> sets, SparkSession spark) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    Map<String, IntakeSet> intake = new HashMap<>();
    for (ImageSet set : sets) {
      CaptureTimes times = CaptureTimes.of(set);
      intake.put(
          set.split(),
          new IntakeSet(set.source(), ImageRoot.of(set, hadoop), times, set.table().isEmpty()));
    }
    return intake;
  }

  /** All rows; one whose id stands earlier says where in {@code duplicate_of}. */
  private static Dataset<Row> listed(
      SparkSession spark, List<ImageSet> sets, List<FolderListing> listings) {
    Dataset<Row> all =
        sets.stream()
            .map(set -> ListedImages.of(spark, set, listings))
            .reduce(Dataset::unionAll)
            .orElseThrow();
    WindowSpec sameId = Window.partitionBy("image_id").orderBy(setOrder(sets), place(), line());
    Column known = col("image_id").isNotNull().and(row_number().over(sameId).gt(1));
    Column where = concat_ws(" ", first("place").over(sameId), first("line").over(sameId));
    return all.withColumn("duplicate_of", when(known, where));
  }

  private static Column setOrder(List<ImageSet> sets) {
    Column order = when(col("split").equalTo(ImageSet.TRAIN), 0);
    for (int i = 1; i < sets.size(); i++) {
      order = order.when(col("split").equalTo(sets.get(i).split()), i);
    }
    return order;
  }

  private static Column place() {
    return col("place");
  }

  private static Column line() {
    return col("line");
  }

  private static void take(
      StageContext context, List<ImageSet> sets, Map<String, IntakeSet> intake, Dataset<Row> all) {
    Dataset<Row> listed =
        EmbeddedImages.locate(all, context.tables()).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      take(context, sets, intake, listed, listed.count());
    } finally {
      listed.unpersist();
    }
  }

  private static void take(
      StageContext context,
      List<ImageSet> sets,
      Map<String, IntakeSet> intake,
      Dataset<Row> listed,
      long rows) {
    LongAccumulator done = context.spark().sparkContext().longAccumulator("images ingested");
    Dataset<Row> outcomes =
        spread(context.spark(), listed, rows)
            .mapPartitions(function(context, intake, done), Encoders.row(Intake.OUTCOME))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try (CountedRows shown =
        new CountedRows(done, context.progress("Ingesting images", rows, "images"), rows)) {
      new ErrorShare(context.config().ingest().maxErrorShare()).check(sets, outcomes);
      publish(context, sets, outcomes);
    } finally {
      outcomes.unpersist();
    }
  }

  /** Even tasks, ordered before the images are read: ordering afterwards would read them twice. */
  private static Dataset<Row> spread(SparkSession spark, Dataset<Row> listed, long rows) {
    long tasks = Math.max(4L * spark.sparkContext().defaultParallelism(), rows / ROWS_PER_TASK);
    return listed.repartition((int) Math.min(tasks, 100_000), col("image_id"), line());
  }

  private static Intake function(
      StageContext context, Map<String, IntakeSet> intake, LongAccumulator done) {
    DecodeLimits limits = DecodeLimits.DEFAULT.withMaxPixels(context.config().ingest().maxPixels());
    ImageBytes bytes =
        new ImageBytes(context.spark().sessionState().newHadoopConf(), limits.maxBytes());
    return new Intake(context.config().run(), intake, bytes, limits, done);
  }

  private static void publish(StageContext context, List<ImageSet> sets, Dataset<Row> outcomes) {
    Dataset<Row> errors = outcomes.where(col("error").isNotNull());
    context
        .tables()
        .publish(
            Tables.INGEST_ERRORS,
            errors
                .repartition(1)
                .sortWithinPartitions(setOrder(sets), place(), line())
                .select("error.*"));
    Dataset<Row> taken = outcomes.where(col("taken").isNotNull());
    long rows = taken.count();
    publish(context, Tables.THUMBNAILS, taken.select("taken.image_id", "rgb"), rows);
    publish(context, Tables.CATALOGUE, taken.select(columns()), rows);
  }

  private static void publish(
      StageContext context, TableSchema table, Dataset<Row> taken, long rows) {
    int files = (int) (1 + rows / ROWS_PER_FILE);
    context
        .tables()
        .publish(
            table,
            taken.repartitionByRange(files, col("image_id")).sortWithinPartitions("image_id"));
  }

  private static Column[] columns() {
    return Stream.of(Tables.CATALOGUE.struct().fieldNames())
        .map(name -> name.equals("captured_at") ? time(name) : col("taken." + name).as(name))
        .toArray(Column[]::new);
  }

  private static Column time(String name) {
    return timestamp_micros(col("taken." + name)).as(name);
  }
}
