package io.geolocsft.stage.tune;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.geolocsft.config.ImageSet;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.failure.DataException;
import io.geolocsft.stage.ExampleTexts;
import io.geolocsft.stage.ModelFolder;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Writes prompt and target of every selected image that has a caption, and counts their tokens.
 *
 * <p>Rows are in the order of the selection's rank. One that is too long for training becomes an
 * error, never a shorter text: in the JSON form the coordinates come last, so a cut would lose
 * them.
 */
public final class Examples implements Stage {

  private static final TableSchema ERRORS = Tables.errorsOf("examples");

  @Override
  public String name() {
    return "examples";
  }

  @Override
  public List<String> inputs() {
    return List.of(Tables.SELECTION.name(), Tables.BINNED.name(), Tables.CAPTIONS.name());
  }

  @Override
  public List<String> outputs() {
    return List.of(Tables.EXAMPLES.name(), ERRORS.name());
  }

  @Override
  public int revision() {
    return 2;
  }

  /**
   * {@code prompt}, {@code layout} and {@code pan_and_scan} make prompt, prompt_id, image_views and
   * token_ids; {@code max_tokens} makes errors. What the captions depend on is their stage's.
   */
  @Override
  public SettingValues settings(SettingValues all) {
    return all.only("examples")
        .without("examples.target", "examples.decimals", "examples.coordinate_step");
  }

  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    return ModelFolder.textFingerprints(config.model(), config.examples().panAndScan());
  }

  @Override
  public void run(StageContext context) {
    PipelineConfig config = context.config();
    Dataset<Row> written =
        selected(context)
            .mapPartitions(
                new ExampleWriter(ExampleTexts.of(config), config.run()),
                Encoders.row(ExampleWriter.STRUCT))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      publish(context, written);
    } finally {
      written.unpersist();
    }
  }

  /** The selected images with what the catalogue knows of them, in the order of their rank. */
  private static Dataset<Row> selected(StageContext context) {
    Dataset<Row> selection = context.tables().read(Tables.SELECTION).select("image_id", "rank");
    Dataset<Row> binned = context.tables().read(Tables.BINNED).drop("geometry", "bbox", "source");
    Dataset<Row> captions =
        context
            .tables()
            .read(Tables.CAPTIONS)
            .select(col("image_id"), col("caption"), col("source").as("caption_source"));
    return selection
        .join(binned, "image_id")
        .join(captions, "image_id")
        .orderBy("rank", "image_id")
        .select(ExampleWriter.INPUTS.stream().map(name -> col(name)).toArray(Column[]::new));
  }

  private static void publish(StageContext context, Dataset<Row> written) {
    Column accepted = col("status").equalTo(lit(ExampleWriter.OK));
    Dataset<Row> examples = written.filter(accepted).select(Tables.EXAMPLES.columns());
    if (examples.isEmpty()) {
      throw new DataException(
          written.isEmpty()
              ? "None of the selected images is in the tables %s and %s: run the stage select again"
                  .formatted(Tables.BINNED.name(), Tables.CAPTIONS.name())
              : String.format(
                  Locale.ROOT,
                  "Every training text is longer than examples.max_tokens = %d: raise it, or shorten examples.prompt",
                  context.config().examples().maxTokens()));
    }
    // One file keeps the order; what a model is tuned on is thousands of rows.
    context.tables().publish(Tables.EXAMPLES, examples.coalesce(1));
    context
        .tables()
        .publish(
            ERRORS,
            written
                .filter(not(accepted))
                .withColumn("split", lit(ImageSet.TRAIN))
                .select(ERRORS.columns()));
  }
}
