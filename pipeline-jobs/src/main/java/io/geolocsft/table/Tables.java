package io.geolocsft.table;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/** Every table of the pipeline, as {@code tables.yaml} defines it. */
public final class Tables {

  private static final List<TableSchema> ALL = TableDefinitions.read();

  public static final TableSchema CATALOGUE = defined("catalogue");
  public static final TableSchema IMAGES = defined("images");
  public static final TableSchema THUMBNAILS = defined("thumbnails");
  public static final TableSchema BINNED = defined("binned");
  public static final TableSchema PARTITION = defined("partition");
  public static final TableSchema CELLS = defined("cells");
  public static final TableSchema LEAKAGE = defined("leakage");
  public static final TableSchema HOLDOUT = defined("holdout");
  public static final TableSchema SELECTION = defined("selection");
  public static final TableSchema FUNNEL = defined("funnel");
  public static final TableSchema DIVERSITY = defined("diversity");
  public static final TableSchema REJECTIONS = defined("rejections");
  public static final TableSchema CAPTIONS = defined("captions");
  public static final TableSchema CAPTION_LEDGER = defined("caption_ledger");
  public static final TableSchema EXAMPLES = defined("examples");
  public static final TableSchema TRAINING_LOG = defined("training_log");
  public static final TableSchema REWARD_LOG = defined("reward_log");
  public static final TableSchema NEIGHBOURS = defined("neighbours");
  public static final TableSchema CANDIDATES = defined("candidates");
  public static final TableSchema CALIBRATION_CANDIDATES = defined("calibration_candidates");
  public static final TableSchema CALIBRATION = defined("calibration");
  public static final TableSchema RELIABILITY = defined("reliability");
  public static final TableSchema PREDICTIONS = defined("predictions");
  public static final TableSchema REFERENCE_PREDICTIONS = defined("reference_predictions");
  public static final TableSchema METRICS = defined("metrics");
  public static final TableSchema ABLATION_PREDICTIONS = defined("ablation_predictions");
  public static final TableSchema ABLATION = defined("ablation");
  public static final TableSchema LOCATED = defined("located");
  public static final TableSchema ERRORS = defined("errors");

  /** What {@code ingest} could not take. */
  public static final TableSchema INGEST_ERRORS = errorsOf("ingest");

  /** {@code STRUCT<xmin, ymin, xmax, ymax>} in degrees, the GeoParquet 1.1 covering. */
  public static final StructType BBOX = struct(BINNED, "bbox");

  /** {@code STRUCT<latitude, longitude>} in degrees. */
  public static final StructType POINT = struct(PARTITION, "center");

  /** Of a leaf of the adaptive partition, by which tables are joined. */
  public static final String LEAF_CELL_ID = "leaf_cell_id";

  /** The folder of the tuned model, or of its adapter. */
  public static final String TUNED = "tuned";

  /** The folder of the adapter that was trained by rewards. */
  public static final String REWARDED = "rewarded";

  private Tables() {}

  /** Every schema, in the order of the data. */
  public static List<TableSchema> all() {
    return ALL;
  }

  /** The errors of one stage, as table {@code errors_<stage>}. */
  public static TableSchema errorsOf(String stage) {
    return ERRORS.named(ERRORS.name() + "_" + stage);
  }

  /** The schema of a table by its name; empty if no table is called so. */
  public static Optional<TableSchema> named(String name) {
    if (name.startsWith(ERRORS.name() + "_")) {
      return Optional.of(ERRORS.named(name));
    }
    return find(name);
  }

  private static TableSchema defined(String name) {
    return find(name).orElseThrow();
  }

  private static Optional<TableSchema> find(String name) {
    return ALL.stream().filter(table -> table.name().equals(name)).findFirst();
  }

  private static StructType struct(TableSchema table, String column) {
    return (StructType) table.struct().apply(column).dataType();
  }
}
