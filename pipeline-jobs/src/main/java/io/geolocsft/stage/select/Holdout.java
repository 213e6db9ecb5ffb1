package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.HoldoutSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.failure.DataException;
import io.geolocsft.files.ImageBytes;
import io.geolocsft.files.UnusableImageException;
import io.geolocsft.ml.GeoSampler;
import io.geolocsft.stage.GeoReference;
import io.geolocsft.stage.SplitRows;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Builds a benchmark out of the catalogue: good images of sparsely populated places, the same
 * number from each cell, no two alike and none of another benchmark. It is a data set of its own,
 * images and all, which a later run evaluates on and keeps its training images away from.
 */
public final class Holdout implements Stage {

  /** About 100 MB. */
  private static final long IMAGES_PER_FILE = 1_000;

  @Override
  public String name() {
    return "holdout";
  }

  @Override
  public List<String> inputs() {
    return List.of(Tables.BINNED.name());
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.HOLDOUT.name());
  }

  @Override
  public int revision() {
    return 2;
  }

  /**
   * {@code holdout} and the seed choose the images; of the rules those that look at one image, at
   * copies and at near duplicates.
   */
  @Override
  public SettingValues settings(SettingValues all) {
    return all.only("holdout", "select.rules", "run.seed")
        .without(
            "select.rules.max_at_one_point",
            "select.rules.min_sequence_meters",
            "select.rules.max_per_author",
            "select.rules.max_per_sequence");
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    return GeoReference.fingerprints(config.bin());
  }

  @Override
  public void run(StageContext context) {
    Dataset<Row> binned = context.tables().read(Tables.BINNED);
    Broadcast<ImageJudge> judge = ImageJudge.broadcast(context, false, binned);
    Dataset<Row> judged = null;
    try (LookAlikes lookAlikes = new LookAlikes(context.config().select().rules())) {
      HoldoutSettings settings = context.config().holdout();
      Dataset<Row> sparse =
          SplitRows.trained(binned).where(col("population_density").lt(settings.maxDensity()));
      judged = judged(context, sparse, judge).persist(StorageLevel.MEMORY_AND_DISK());
      Dataset<Row> good = lookAlikes.reject(judged).where(RejectionColumns.OPEN).select("image_id");
      publish(context, drawn(context, sparse.join(good, "image_id")));
    } finally {
      if (judged != null) {
        judged.unpersist();
      }
      judge.destroy();
    }
  }

  private static Dataset<Row> judged(
      StageContext context, Dataset<Row> sparse, Broadcast<ImageJudge> judge) {
    return ExactDuplicates.reject(
        sparse.mapPartitions(new JudgedRows(judge), Encoders.row(JudgedRows.SCHEMA)),
        context.config().select().rules().maxCopies());
  }

  private static Dataset<Row> drawn(StageContext context, Dataset<Row> good) {
    HoldoutSettings settings = context.config().holdout();
    GeoSampler sampler =
        new GeoSampler()
            .setSeed(context.config().run().seed())
            .setCount(settings.count())
            .setStrategy(settings.strategy())
            .setMinDistanceKm(settings.minDistanceKm());
    try {
      return sampler.fit(good).transform(good);
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "holdout: %s. Lower holdout.count, raise holdout.max_density or loosen select.rules"
              .formatted(e.getMessage()),
          e);
    }
  }

  private static void publish(StageContext context, Dataset<Row> drawn) {
    SparkSession spark = context.spark();
    int files = (int) (1 + context.config().holdout().count() / IMAGES_PER_FILE);
    ImageBytes bytes = ImageBytes.of(spark);
    StructType struct = Tables.HOLDOUT.struct();
    context
        .tables()
        .publish(
            Tables.HOLDOUT,
            drawn
                .repartitionByRange(files, col("cell_id"), col("image_id"))
                .sortWithinPartitions("cell_id", "image_id")
                .map(
                    (MapFunction<Row, Row>) row -> embedded(row, bytes, struct),
                    Encoders.row(struct)));
  }

  private static Row embedded(Row row, ImageBytes bytes, StructType struct) throws IOException {
    Object image = RowFactory.create(bytes(row, bytes), row.getAs("image_id"));
    return RowFactory.create(
        Stream.of(struct.fieldNames())
            .map(name -> name.equals("image") ? image : row.getAs(name))
            .toArray());
  }

  /** What is frozen is what was judged. */
  private static byte[] bytes(Row row, ImageBytes bytes) throws IOException {
    try {
      return bytes.read(row.getAs("uri"), row.getAs("sha256"));
    } catch (UnusableImageException e) {
      throw new DataException(
          "The image %s can no longer be used (%s): restore it, or run the stage ingest again"
              .formatted(row.<String>getAs("image_id"), e.getMessage()),
          e);
    }
  }
}
