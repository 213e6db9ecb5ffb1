package io.geolocsft.stage.tune;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.geolocsft.config.ExampleSettings;
import io.geolocsft.config.ImageSet;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.failure.DataException;
import io.geolocsft.image.preprocess.PanAndScan;
import io.geolocsft.prompt.GemmaTokenizer;
import io.geolocsft.stage.ModelFolder;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Writes prompt and target of every selected image and counts their tokens.
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
    return List.of(Tables.SELECTION.name(), Tables.BINNED.name());
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
   * {@code target}, {@code decimals} and {@code coordinate_step} make target_text, {@code prompt},
   * {@code layout} and {@code pan_and_scan} prompt, prompt_id and image_views; all of them
   * token_ids; {@code max_tokens} makes errors.
   */
  @Override
  public SettingValues settings(SettingValues all) {
    return all.only("examples");
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
            .mapPartitions(writer(config), Encoders.row(ExampleWriter.STRUCT))
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
    Dataset<Row> binned = context.tables().read(Tables.BINNED).drop("geometry", "bbox");
    return selection
        .join(binned, "image_id")
        .orderBy("rank", "image_id")
        .select(ExampleWriter.INPUTS.stream().map(name -> col(name)).toArray(Column[]::new));
  }

  private static void publish(StageContext context, Dataset<Row> written) {
    Column accepted = col("status").equalTo(lit(ExampleWriter.OK));
    Dataset<Row> examples = written.filter(accepted).select(Tables.EXAMPLES.columns());
    if (examples.isEmpty()) {
      throw new DataException(
          written.isEmpty()
              ? "None of the selected images is in the table %s: run the stage select again"
                  .formatted(Tables.BINNED.name())
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

  /** Reads the model's files here first, where a problem has a name. */
  private static ExampleWriter writer(PipelineConfig config) {
    Path folder = Path.of(config.model().path());
    ExampleSettings settings = config.examples();
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(folder)) {
      int imageTokens = ModelFolder.config(folder).vision().orElseThrow().tokensPerImage();
      PanAndScan panAndScan = settings.panAndScan() ? PanAndScan.load(folder) : null;
      return new ExampleWriter(folder.toString(), imageTokens, panAndScan, settings, config.run());
    } catch (IOException e) {
      throw new DataException(e.getMessage(), e);
    }
  }
}
