package io.geolocsft.stage.calibrate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import io.geolocsft.aggregate.Calibration.Observation;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.stage.AskedModels;
import io.geolocsft.stage.CalibratedAnswers;
import io.geolocsft.stage.CalibrationFile;
import io.geolocsft.stage.FunnelSteps;
import io.geolocsft.stage.SplitRows;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Lets the models answer for images of the training catalogue that were not trained on, and finds
 * the radii around answers that hold the truth in 50 % and 90 % of cases. No benchmark is looked
 * at.
 */
public final class Calibrate implements Stage {

  private static final AskedModels MODELS =
      new AskedModels("calibrate", Tables.CALIBRATION_CANDIDATES);

  @Override
  public String name() {
    return MODELS.stage();
  }

  @Override
  public List<String> inputs() {
    return List.of(
        Tables.BINNED.name(),
        Tables.SELECTION.name(),
        Tables.REJECTIONS.name(),
        Tables.TUNED,
        Tables.REWARDED);
  }

  @Override
  public List<String> inputs(PipelineConfig config) {
    return AskedModels.inputs(inputs(), config);
  }

  @Override
  public List<String> outputs() {
    return List.of(
        Tables.CALIBRATION_CANDIDATES.name(),
        MODELS.errors().name(),
        Tables.CALIBRATION.name(),
        Tables.RELIABILITY.name(),
        CalibrationFile.FOLDER);
  }

  @Override
  public int revision() {
    return 2;
  }

  /** Those of {@code infer} as well, which make the answers. */
  @Override
  public SettingValues settings(SettingValues all) {
    return AskedModels.settings(all).and(all.only("calibrate"));
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    return AskedModels.externalInputs(config);
  }

  @Override
  public void check(StageContext context) throws Exception {
    if (context.config().calibrate().images() > 0) {
      AskedModels.check(context);
    }
  }

  @Override
  public void run(StageContext context) throws Exception {
    int count = context.config().calibrate().images();
    Dataset<Row> images = heldOut(context, count).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      tellFewer(context, count, images.count());
      MODELS.ask(context, images);
    } finally {
      images.unpersist();
    }
    Map<CalibratedAnswers, List<Observation>> observations =
        Observations.of(
            context.tables().read(Tables.CALIBRATION_CANDIDATES),
            context.tables().read(Tables.BINNED));
    CalibrationRows rows = new CalibrationRows(context.config().run(), observations);
    publish(context, rows);
    if (rows.calibrations().isEmpty()) {
      context.tell(
          String.format(
              Locale.ROOT,
              "calibrate: fewer than %d answers; radius_50_km and radius_90_km stay empty",
              CalibrationRows.FEWEST));
    }
  }

  private static void tellFewer(StageContext context, int count, long found) {
    if (found < count) {
      context.tell(
          String.format(
              Locale.ROOT,
              "calibrate: %d images, not the %d of calibrate.images, are good, were not selected and are of no selected sequence",
              found,
              count));
    }
  }

  /** Always the same ones of a selection, in the order of their draw. */
  private static Dataset<Row> heldOut(StageContext context, int count) {
    Dataset<Row> trained = SplitRows.trained(context.tables().read(Tables.BINNED));
    Dataset<Row> selection = context.tables().read(Tables.SELECTION).select("image_id");
    Dataset<Row> left =
        context
            .tables()
            .read(Tables.REJECTIONS)
            .where(col("rule").equalTo(FunnelSteps.NOT_SAMPLED))
            .select("image_id");
    Dataset<Row> sequences =
        trained
            .join(selection, "image_id")
            .where(col("sequence_id").isNotNull())
            .select(col("sequence_id").as("selected_sequence"))
            .distinct();
    return trained
        .join(left, "image_id")
        .join(sequences, col("sequence_id").equalTo(col("selected_sequence")), "anti")
        .orderBy(xxhash64(col("image_id"), lit(context.config().run().seed())), col("image_id"))
        .limit(count);
  }

  private static void publish(StageContext context, CalibrationRows rows) throws Exception {
    context
        .tables()
        .publish(
            Tables.CALIBRATION,
            context
                .spark()
                .createDataFrame(rows.calibration(), Tables.CALIBRATION.struct())
                .coalesce(1));
    context
        .tables()
        .publish(
            Tables.RELIABILITY,
            context
                .spark()
                .createDataFrame(rows.reliability(), Tables.RELIABILITY.struct())
                .coalesce(1));
    context
        .tables()
        .publishDirectory(
            CalibrationFile.FOLDER,
            folder ->
                CalibrationFile.write(
                    folder,
                    CalibrationFile.settings(context.config()),
                    AskedModels.ids(context),
                    rows.calibrations()));
  }
}
