package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.RuleSettings;
import io.geolocsft.config.SelectSettings;
import io.geolocsft.config.SettingValues;
import io.geolocsft.failure.DataException;
import io.geolocsft.select.Leakage;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.stage.SplitRows;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Chooses the pairs to train on: good ones, no two alike, none that a benchmark asks for, spread
 * over the cells. Every training image ends up in {@code selection} or, with the first rule that
 * spoke against it, in {@code rejections}. The outcome follows from images, settings and seed
 * alone, not from how the tables are partitioned.
 */
public final class Select implements Stage {

  /** Closer than this two photographs show one street. */
  private static final double LEAST_BUFFER_KM = 1;

  @Override
  public String name() {
    return "select";
  }

  @Override
  public List<String> inputs() {
    return List.of(Tables.BINNED.name(), Tables.PARTITION.name(), Tables.INGEST_ERRORS.name());
  }

  @Override
  public List<String> outputs() {
    return List.of(
        Tables.CELLS.name(),
        Tables.SELECTION.name(),
        Tables.REJECTIONS.name(),
        Tables.FUNNEL.name(),
        Tables.LEAKAGE.name(),
        Tables.DIVERSITY.name());
  }

  @Override
  public int revision() {
    return 3;
  }

  /**
   * All of {@code select} and the seed choose the rows; {@code strategy}, {@code alpha} and {@code
   * count} also make weight and quota of the cells, {@code rules} the reasons of rejections, and
   * {@code block_leakage} refuses. Which benchmarks there are tells the funnel whose an error is.
   */
  @Override
  public SettingValues settings(SettingValues all) {
    return all.only("select", "run.seed", "benchmarks.*.name");
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    return GeoReference.fingerprints(config.bin());
  }

  @Override
  public void run(StageContext context) {
    SelectSettings settings = context.config().select();
    publish(
        context, Tables.CELLS, new CellRows(settings).of(context.tables().read(Tables.PARTITION)));
    Dataset<Row> binned = context.tables().read(Tables.BINNED);
    Broadcast<ImageJudge> judge = ImageJudge.broadcast(context, true, binned);
    Dataset<Row> judged =
        ExactDuplicates.reject(
                SplitRows.trained(binned)
                    .mapPartitions(new JudgedRows(judge), Encoders.row(JudgedRows.SCHEMA)),
                settings.rules().maxCopies())
            .persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> left = null;
    try (LookAlikes lookAlikes = new LookAlikes(settings.rules())) {
      Dataset<Row> placed =
          CoordinateSpikes.reject(lookAlikes.reject(judged), settings.rules().maxAtOnePoint());
      Dataset<Row> spaced = SpacedSequences.reject(placed, settings.rules().minSequenceMeters());
      Dataset<Row> capped = GroupLimits.reject(spaced, "author", settings.rules().maxPerAuthor());
      capped = GroupLimits.reject(capped, "sequence_id", settings.rules().maxPerSequence());
      left = capped.persist(StorageLevel.MEMORY_AND_DISK());
      draw(context, binned, left);
    } finally {
      judged.unpersist();
      if (left != null) {
        left.unpersist();
      }
      judge.destroy();
    }
  }

  /**
   * Draws and publishes.
   *
   * @throws DataException if that is not possible; what was rejected until then is published
   */
  private static void draw(StageContext context, Dataset<Row> binned, Dataset<Row> left) {
    SelectSettings settings = context.config().select();
    long seed = context.config().run().seed();
    RejectedRows rejected = new RejectedRows(context, SplitRows.trained(binned).count());
    Dataset<Row> drawn = left;
    List<Row> leakage;
    try {
      drawn = new SampleDraw(settings, seed, context.tables().read(Tables.CELLS)).draw(left);
      leakage = leakage(context, binned, drawn);
    } catch (DataException e) {
      rejected.publish(drawn);
      throw new DataException(e.getMessage() + "\n" + rejected.whereToLook(), e);
    }
    publishChosen(context, drawn);
    rejected.publish(drawn);
    publish(context, Tables.LEAKAGE, leakage);
    List<Row> spread =
        DiversityRows.rows(
            settings,
            seed,
            left.where(RejectionColumns.OPEN),
            drawn.where(col(JudgedRows.RULE).isNull()));
    publish(context, Tables.DIVERSITY, spread);
  }

  /**
   * What the drawn images leak of each benchmark.
   *
   * @throws DataException if it is what {@code block_leakage} forbids
   */
  private static List<Row> leakage(StageContext context, Dataset<Row> binned, Dataset<Row> drawn) {
    SelectSettings settings = context.config().select();
    RuleSettings rules = settings.rules();
    Leakage.Limits limits =
        new Leakage.Limits(
            rules.nearDuplicateBits(),
            true,
            Math.max(LEAST_BUFFER_KM, rules.benchmarkBufferKm()),
            true,
            true);
    Dataset<Row> chosen = drawn.where(col(JudgedRows.RULE).isNull()).select("image_id");
    Dataset<Row> training =
        SplitRows.trained(binned).join(chosen, "image_id").persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<Row> rows = new ArrayList<>();
      for (String name : SplitRows.names(binned)) {
        Dataset<Row> held = binned.where(col("split").equalTo(name));
        rows.addAll(LeakageReport.rows(name, training, held, limits));
      }
      LeakageReport.block(rows, settings.blockLeakage());
      return rows;
    } finally {
      training.unpersist();
    }
  }

  private static void publish(StageContext context, TableSchema table, List<Row> rows) {
    context
        .tables()
        .publish(table, context.spark().createDataFrame(rows, table.struct()).coalesce(1));
  }

  private static void publishChosen(StageContext context, Dataset<Row> drawn) {
    // One sorted file: the same bytes however the input was partitioned.
    context
        .tables()
        .publish(
            Tables.SELECTION,
            drawn
                .where(col(JudgedRows.RULE).isNull())
                .select(Tables.SELECTION.columns())
                .repartition(1)
                .sortWithinPartitions(Tables.LEAF_CELL_ID, "rank"));
  }
}
