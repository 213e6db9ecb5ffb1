package io.geolocsft.table;

import static org.apache.spark.sql.types.DataTypes.BinaryType;
import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Every table of the pipeline. Latitudes and longitudes are degrees, distances km, densities people
 * per square km, times UTC.
 */
public final class Tables {

  /** {@code STRUCT<xmin, ymin, xmax, ymax>} in degrees, the GeoParquet 1.1 covering. */
  public static final StructType BBOX =
      new StructType()
          .add("xmin", DoubleType, false)
          .add("ymin", DoubleType, false)
          .add("xmax", DoubleType, false)
          .add("ymax", DoubleType, false);

  /** {@code STRUCT<latitude, longitude>} in degrees. */
  public static final StructType POINT =
      new StructType().add("latitude", DoubleType, false).add("longitude", DoubleType, false);

  /** Of a leaf of the adaptive partition, by which tables are joined. */
  public static final String LEAF_CELL_ID = "leaf_cell_id";

  private static final StructType IMAGE_COLUMNS =
      located(
              new StructType()
                  .add("image_id", StringType, false)
                  .add("source", StringType, false)
                  .add("split", StringType, false)
                  .add("uri", StringType, false)
                  .add("archive_member", StringType, true)
                  .add("sha256", StringType, false)
                  .add("width", IntegerType, false)
                  .add("height", IntegerType, false)
                  .add("perceptual_hash", LongType, false)
                  .add("blur", DoubleType, false)
                  .add("brightness", DoubleType, false)
                  .add("contrast", DoubleType, false)
                  .add("entropy", DoubleType, false))
          .add("cell_id", LongType, true)
          .add("stated_country", StringType, true)
          .add("exif_km", DoubleType, true);

  /**
   * One row an image that {@code ingest} took, of every split ({@code train} or a benchmark's
   * name); country, region, population_density and cell_id are still null.
   */
  public static final TableSchema CATALOGUE =
      table("catalogue", 2, List.of("image_id"), IMAGE_COLUMNS);

  /**
   * Images that came inside Parquet, apart from what is known of them: {@code uri} of the catalogue
   * names the stretch of the file that one is. A row is known by the place and line of its table.
   */
  public static final TableSchema IMAGES =
      table(
          "images",
          1,
          List.of("split", "place", "line"),
          new StructType()
              .add("split", StringType, false)
              .add("place", StringType, false)
              .add("line", LongType, false)
              .add("byte_count", IntegerType, false)
              .add("bytes", BinaryType, false));

  /**
   * Of each image of the catalogue what is left of it at 16 by 16 pixels: red, green and blue of
   * each pixel, row by row, a byte each.
   */
  public static final TableSchema THUMBNAILS =
      table(
          "thumbnails",
          1,
          List.of("image_id"),
          new StructType().add("image_id", StringType, false).add("rgb", BinaryType, false));

  /**
   * The catalogue with country, region (continent), population density and cells filled in by
   * {@code bin}; sorted by cell_id. Country and region are null at sea, and leaf_cell_id where no
   * leaf of the partition lies.
   */
  public static final TableSchema BINNED =
      table(
          "binned",
          3,
          List.of("image_id"),
          IMAGE_COLUMNS
              .add("cell_token", StringType, true)
              .add("admin1", StringType, true)
              .add("nearest_place_km", DoubleType, true)
              .add(LEAF_CELL_ID, LongType, true));

  /** One row a leaf of the adaptive partition of the {@code train} images. */
  public static final TableSchema PARTITION =
      table(
          "partition",
          2,
          List.of(LEAF_CELL_ID),
          new StructType()
              .add(LEAF_CELL_ID, LongType, false)
              .add("leaf_cell_token", StringType, false)
              .add("level", IntegerType, false)
              .add("image_count", LongType, false)
              .add("center", POINT, false)
              .add("area_square_km", DoubleType, false)
              .add("population_density", DoubleType, true)
              .add("geometry", BinaryType, false)
              .add("bbox", BBOX, false));

  /**
   * The partition with what {@code select} planned: the weight of each of a leaf's images, and how
   * many the leaf would give if all of its images were good.
   */
  public static final TableSchema CELLS =
      table(
          "cells",
          2,
          List.of(LEAF_CELL_ID),
          new StructType()
              .add(LEAF_CELL_ID, LongType, false)
              .add("leaf_cell_token", StringType, false)
              .add("level", IntegerType, false)
              .add("image_count", LongType, false)
              .add("weight", DoubleType, false)
              .add("quota", IntegerType, false)
              .add("center", POINT, false)
              .add("area_square_km", DoubleType, false)
              .add("population_density", DoubleType, true)
              .add("geometry", BinaryType, false)
              .add("bbox", BBOX, false));

  /**
   * What the chosen pairs leak of the benchmarks: a row a benchmark and rule, also where it is
   * nothing.
   */
  public static final TableSchema LEAKAGE =
      table(
          "leakage",
          1,
          List.of("benchmark", "rule"),
          new StructType()
              .add("benchmark", StringType, false)
              .add("rule", StringType, false)
              .add("limit_value", DoubleType, true)
              .add("benchmark_images", LongType, false)
              .add("benchmark_total", LongType, false)
              .add("training_images", LongType, false)
              .add("training_total", LongType, false)
              .add("example_benchmark", StringType, true)
              .add("example_training", StringType, true));

  /**
   * A benchmark out of the catalogue's images, which stand in it: a data set of its own, with the
   * checksums of its files in the manifest.
   */
  public static final TableSchema HOLDOUT =
      table(
          "holdout",
          1,
          List.of("image_id"),
          located(
                  new StructType()
                      .add(
                          "image",
                          new StructType()
                              .add("bytes", BinaryType, false)
                              .add("path", StringType, false),
                          false)
                      .add("image_id", StringType, false)
                      .add("sha256", StringType, false))
              .add("cell_id", LongType, false)
              .add("cell_token", StringType, false));

  /** One row a chosen pair. */
  public static final TableSchema SELECTION =
      table(
          "selection",
          2,
          List.of("image_id"),
          new StructType()
              .add("image_id", StringType, false)
              .add("cell_id", LongType, false)
              .add("sampling_weight", DoubleType, false)
              .add("blur", DoubleType, false)
              .add("brightness", DoubleType, false)
              .add("contrast", DoubleType, false)
              .add("entropy", DoubleType, false)
              .add("perceptual_hash", LongType, false)
              .add("rank", IntegerType, false)
              .add("reason", StringType, false)
              .add(LEAF_CELL_ID, LongType, false));

  /**
   * From what was read to what is chosen, a row a step: {@code rule} is {@code read}, {@code
   * unreadable} (what ingest could not take) or a rule of {@code rejections}.
   */
  public static final TableSchema FUNNEL =
      table(
          "funnel",
          1,
          List.of("step"),
          new StructType()
              .add("step", IntegerType, false)
              .add("rule", StringType, false)
              .add("images", LongType, false)
              .add("remaining", LongType, false));

  /**
   * How well the selection is spread, beside samples of as many of the same good images: {@code
   * sample} is {@code selection}, {@code uniform} (every cell gives the same) or {@code population}
   * (images as they come).
   */
  public static final TableSchema DIVERSITY =
      table(
          "diversity",
          1,
          List.of("sample"),
          new StructType()
              .add("sample", StringType, false)
              .add("images", LongType, false)
              .add("cells", LongType, false)
              .add("countries", LongType, false)
              .add("cell_entropy", DoubleType, false)
              .add("evenness", DoubleType, false)
              .add("median_nearest_km", DoubleType, true)
              .add("land_divergence", DoubleType, false));

  /**
   * One row an image that was not chosen, with the first rule that spoke against it. Where too few
   * were left to choose from, it is published without a selection.
   */
  public static final TableSchema REJECTIONS =
      table(
          "rejections",
          2,
          List.of("image_id"),
          new StructType()
              .add("image_id", StringType, false)
              .add("rule", StringType, false)
              .add("measured_value", DoubleType, true)
              .add("limit_value", DoubleType, true)
              .add("detail", StringType, true)
              .add("cell_id", LongType, true)
              .add(LEAF_CELL_ID, LongType, true));

  /**
   * One row a training text; {@code status} is {@code ok}, the rejected are errors of the stage.
   * {@code token_ids} are those of prompt, image and target, of which the last {@code
   * target_tokens} are learned.
   */
  public static final TableSchema EXAMPLES =
      table(
          "examples",
          3,
          List.of("image_id"),
          new StructType()
              .add("image_id", StringType, false)
              .add("prompt_id", StringType, false)
              .add("prompt", StringType, false)
              .add("target_text", StringType, false)
              .add("target_tokens", IntegerType, false)
              .add("total_tokens", IntegerType, false)
              .add("source", StringType, false)
              .add("status", StringType, false)
              .add("latitude", DoubleType, false)
              .add("longitude", DoubleType, false)
              .add("uri", StringType, false)
              .add("archive_member", StringType, true)
              .add("sha256", StringType, false)
              .add("image_views", IntegerType, false)
              .add("token_ids", DataTypes.createArrayType(IntegerType, false), false));

  /** One row a step of one rank. */
  public static final TableSchema TRAINING_LOG =
      table(
          "training_log",
          3,
          List.of("rank", "step"),
          new StructType()
              .add("run_id", StringType, false)
              .add("run_name", StringType, false)
              .add("rank", IntegerType, false)
              .add("step", IntegerType, false)
              .add("epoch", DoubleType, false)
              .add("loss", DoubleType, false)
              .add("learning_rate", DoubleType, false)
              .add("gradient_norm", DoubleType, false)
              .add("target_tokens", LongType, false)
              .add("tokens_per_second", DoubleType, false)
              .add("data_seconds", DoubleType, false)
              .add("forward_seconds", DoubleType, false)
              .add("backward_seconds", DoubleType, false)
              .add("reduce_seconds", DoubleType, false)
              .add("update_seconds", DoubleType, false)
              .add("steps", IntegerType)
              .add("validation_loss", DoubleType)
              .add("micro_batch_size", IntegerType)
              .add("validation_seconds", DoubleType)
              .add("checkpoint_seconds", DoubleType));

  /**
   * The selected images that are most like a benchmark image, a row each; {@code similarity} is the
   * cosine of their features, and {@code latitude} and {@code longitude} are the neighbour's.
   */
  public static final TableSchema NEIGHBOURS =
      table(
          "neighbours",
          1,
          List.of("benchmark", "image_id", "rank"),
          new StructType()
              .add("benchmark", StringType, false)
              .add("image_id", StringType, false)
              .add("rank", IntegerType, false)
              .add("neighbour_id", StringType, false)
              .add("latitude", DoubleType, false)
              .add("longitude", DoubleType, false)
              .add("similarity", FloatType, false));

  /** One row an answer; the coordinates are null where the text holds none. */
  public static final TableSchema CANDIDATES =
      table(
          "candidates",
          2,
          List.of("benchmark", "model", "image_id", "k"),
          new StructType()
              .add("run_id", StringType, false)
              .add("run_name", StringType, false)
              .add("model", StringType, false)
              .add("image_id", StringType, false)
              .add("k", IntegerType, false)
              .add("text", StringType, false)
              .add("latitude", DoubleType, true)
              .add("longitude", DoubleType, true)
              .add("log_probability", DoubleType, true)
              .add("parse_status", StringType, false)
              .add("benchmark", StringType, false),
          "benchmark");

  /** Answers for images of the training catalogue that were not selected. */
  public static final TableSchema CALIBRATION_CANDIDATES =
      CANDIDATES.named("calibration_candidates");

  /**
   * The radii of answers that are about as sure as one another: a band has those whose candidates
   * lie within {@code spread_km} and, of equal spread, whose first one is at least as probable as
   * {@code log_probability}, which no band before it has.
   */
  public static final TableSchema CALIBRATION =
      table(
          "calibration",
          1,
          List.of("model", "aggregation", "band"),
          new StructType()
              .add("run_id", StringType, false)
              .add("run_name", StringType, false)
              .add("model", StringType, false)
              .add("aggregation", StringType, false)
              .add("band", IntegerType, false)
              .add("images", IntegerType, false)
              .add("spread_km", DoubleType, false)
              .add("log_probability", DoubleType, false)
              .add("radius_50_km", DoubleType, false)
              .add("radius_90_km", DoubleType, false));

  /**
   * How often radii hold the truth: the share {@code held} of the images where {@code stated} of
   * them should, by cross-validation among the images of the calibration.
   */
  public static final TableSchema RELIABILITY =
      table(
          "reliability",
          1,
          List.of("model", "aggregation", "stated"),
          new StructType()
              .add("run_id", StringType, false)
              .add("run_name", StringType, false)
              .add("model", StringType, false)
              .add("aggregation", StringType, false)
              .add("stated", DoubleType, false)
              .add("held", DoubleType, false)
              .add("images", IntegerType, false));

  /**
   * One row an image's answer of one model, beside the truth. {@code radius_km} holds half of the
   * candidates; {@code radius_50_km} and {@code radius_90_km} are to hold the truth in so many
   * cases, and {@code within_radius_50} and {@code within_radius_90} say whether they do. {@code
   * same_country} says whether both lie in one country, null where the truth lies in none; so do
   * {@code same_admin1} of states and provinces and {@code same_place} of the nearest populated
   * place.
   */
  public static final TableSchema PREDICTIONS =
      table(
          "predictions",
          4,
          List.of("benchmark", "model", "image_id"),
          new StructType()
              .add("run_id", StringType, false)
              .add("run_name", StringType, false)
              .add("model", StringType, false)
              .add("image_id", StringType, false)
              .add("latitude", DoubleType, true)
              .add("longitude", DoubleType, true)
              .add("radius_km", DoubleType, true)
              .add("truth_latitude", DoubleType, false)
              .add("truth_longitude", DoubleType, false)
              .add("distance_km", DoubleType, true)
              .add("geoscore", DoubleType, true)
              .add("country", StringType, true)
              .add("region", StringType, true)
              .add("population_density", DoubleType, true)
              .add("candidates", IntegerType, false)
              .add("parse_status", StringType, false)
              .add("author", StringType, true)
              .add("answer_country", StringType, true)
              .add("answer_admin1", StringType, true)
              .add("same_country", BooleanType, true)
              .add("same_admin1", BooleanType, true)
              .add("same_place", BooleanType, true)
              .add("radius_50_km", DoubleType, true)
              .add("radius_90_km", DoubleType, true)
              .add("within_radius_50", BooleanType, true)
              .add("within_radius_90", BooleanType, true)
              .add("benchmark", StringType, false),
          "benchmark");

  /**
   * The same for what needs no model: the model is {@code mean_point}, or {@code
   * pixel_nearest_neighbour}.
   */
  public static final TableSchema REFERENCE_PREDICTIONS =
      PREDICTIONS.named("reference_predictions");

  /**
   * One row a figure; {@code slice} is {@code all} or for example {@code region=Africa}. {@code
   * resampling} says how its interval was drawn: {@code exact}, images or authors with replacement,
   * or {@code poisson}, groups of them as often as Poisson's distribution says. {@code p_value} is
   * McNemar's, of a difference of accuracies. {@code parse_status} is that of a {@code
   * status_share}.
   */
  public static final TableSchema METRICS =
      table(
          "metrics",
          3,
          List.of(
              "model",
              "benchmark",
              "convention",
              "metric",
              "threshold_km",
              "parse_status",
              "slice"),
          new StructType()
              .add("run_id", StringType, false)
              .add("run_name", StringType, false)
              .add("model", StringType, false)
              .add("benchmark", StringType, false)
              .add("convention", StringType, false)
              .add("metric", StringType, false)
              .add("threshold_km", DoubleType, true)
              .add("slice", StringType, false)
              .add("value", DoubleType, true)
              .add("ci_low", DoubleType, true)
              .add("ci_high", DoubleType, true)
              .add("n", LongType, false)
              .add("resampling", StringType, true)
              .add("p_value", DoubleType, true)
              .add("parse_status", StringType, true));

  /** Answers of the variants of {@code ablation}, by whose names the models are called. */
  public static final TableSchema ABLATION_PREDICTIONS = PREDICTIONS.named("ablation_predictions");

  /**
   * Figures of the variants, and differences from the first; {@code settings} says what a variant
   * is, null for a difference.
   */
  public static final TableSchema ABLATION =
      table("ablation", 1, METRICS.key(), METRICS.struct().add("settings", StringType, true));

  /**
   * One row a photograph that {@code locate} was asked about, whether it has an answer or a
   * problem. {@code radius_km} holds half of the candidates, {@code radius_50_km} and {@code
   * radius_90_km} are to hold the truth in so many cases. {@code exif_km} is from the answer to the
   * position that the file states itself, which was not used.
   */
  public static final TableSchema LOCATED =
      table(
          "located",
          2,
          List.of("image_id"),
          new StructType()
              .add("run_id", StringType, false)
              .add("run_name", StringType, false)
              .add("model", StringType, false)
              .add("image_id", StringType, false)
              .add("uri", StringType, false)
              .add("latitude", DoubleType, true)
              .add("longitude", DoubleType, true)
              .add("radius_km", DoubleType, true)
              .add("radius_50_km", DoubleType, true)
              .add("radius_90_km", DoubleType, true)
              .add("country", StringType, true)
              .add("country_name", StringType, true)
              .add("admin1", StringType, true)
              .add("admin1_name", StringType, true)
              .add("nearest_place", StringType, true)
              .add("nearest_place_km", DoubleType, true)
              .add("parse_status", StringType, true)
              .add("reasoning", StringType, true)
              .add(
                  "candidates",
                  DataTypes.createArrayType(
                      new StructType()
                          .add("latitude", DoubleType, true)
                          .add("longitude", DoubleType, true)
                          .add("log_probability", DoubleType, false)
                          .add("parse_status", StringType, false)
                          .add("text", StringType, false),
                      false),
                  false)
              .add("exif_latitude", DoubleType, true)
              .add("exif_longitude", DoubleType, true)
              .add("exif_km", DoubleType, true)
              .add("error_kind", StringType, true)
              .add("error", StringType, true));

  /**
   * One row an input that failed; each stage publishes its own as {@link #errorsOf}. The split is
   * {@code train} or a benchmark's name, null where that is not known.
   */
  public static final TableSchema ERRORS =
      table(
          "errors",
          3,
          List.of(),
          new StructType()
              .add("stage", StringType, false)
              .add("run_id", StringType, false)
              .add("run_name", StringType, false)
              .add("image_id", StringType, true)
              .add("uri", StringType, true)
              .add("kind", StringType, false)
              .add("message", StringType, false)
              .add("split", StringType, true));

  /** The folder of the tuned model, or of its adapter. */
  public static final String TUNED = "tuned";

  /** What {@code ingest} could not take. */
  public static final TableSchema INGEST_ERRORS = errorsOf("ingest");

  private static final List<TableSchema> ALL =
      List.of(
          CATALOGUE,
          THUMBNAILS,
          IMAGES,
          BINNED,
          PARTITION,
          CELLS,
          HOLDOUT,
          SELECTION,
          REJECTIONS,
          FUNNEL,
          DIVERSITY,
          LEAKAGE,
          EXAMPLES,
          TRAINING_LOG,
          NEIGHBOURS,
          CANDIDATES,
          CALIBRATION_CANDIDATES,
          CALIBRATION,
          RELIABILITY,
          PREDICTIONS,
          REFERENCE_PREDICTIONS,
          METRICS,
          ABLATION_PREDICTIONS,
          ABLATION,
          LOCATED,
          ERRORS);

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
    return ALL.stream().filter(table -> table.name().equals(name)).findFirst();
  }

  /** Adds where and when an image was taken, by whom, and what is known of the place. */
  private static StructType located(StructType image) {
    return image
        .add("latitude", DoubleType, false)
        .add("longitude", DoubleType, false)
        .add("geometry", BinaryType, false)
        .add("bbox", BBOX, false)
        .add("captured_at", TimestampType, true)
        .add("sequence_id", StringType, true)
        .add("author", StringType, true)
        .add("country", StringType, true)
        .add("region", StringType, true)
        .add("population_density", DoubleType, true);
  }

  private static TableSchema table(
      String name, int version, List<String> key, StructType struct, String... by) {
    return new TableSchema(name, version, struct, key, List.of(by));
  }
}
