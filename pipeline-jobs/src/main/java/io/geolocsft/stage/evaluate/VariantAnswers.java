package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.VariantSettings;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * The answers of a variant, of the candidates of one model or of several.
 *
 * @param judged makes the rows
 * @param images the benchmarks' rows of {@code binned}
 */
record VariantAnswers(PredictionRow judged, Dataset<Row> images) {

  /** More than a model can have. */
  private static final int MOST_CANDIDATES = 10_000;

  private static final String NEIGHBOUR = "neighbour";

  /** The tables that they are made of. */
  static List<String> inputs(VariantSettings variant) {
    return variant.models().stream()
        .map(model -> isNeighbours(model) ? Tables.NEIGHBOURS.name() : Tables.CANDIDATES.name())
        .distinct()
        .toList();
  }

  private static boolean isNeighbours(String model) {
    return model.equals(VariantSettings.NEIGHBOURS);
  }

  /**
   * Rows of {@code ablation_predictions}.
   *
   * @param config of the variant
   * @param tables of the variant
   */
  Dataset<Row> of(VariantSettings variant, PipelineConfig config, TableStore tables) {
    int most = variant.candidates() > 0 ? variant.candidates() : MOST_CANDIDATES;
    Dataset<Row> candidates =
        variant.models().stream()
            .map(model -> candidates(model, most, tables, order(variant, model)))
            .reduce(Dataset::unionByName)
            .orElseThrow()
            .withColumn("model", lit(variant.name()));
    return new PredictionRows(
            judged, List.of(variant.name()), variant.aggregation(config), Map.of())
        .of(candidates, images);
  }

  /** Those of the first model come first. */
  private static Column order(VariantSettings variant, String model) {
    return lit(variant.models().indexOf(model) * MOST_CANDIDATES);
  }

  private static Dataset<Row> candidates(String model, int most, TableStore tables, Column order) {
    return isNeighbours(model)
        ? tables
            .read(Tables.NEIGHBOURS)
            .where(col("rank").leq(most))
            .select(
                col("benchmark"),
                col("image_id"),
                col("rank").plus(order).as("k"),
                col("latitude"),
                col("longitude"),
                lit(null).cast(DataTypes.DoubleType).as("log_probability"),
                lit(NEIGHBOUR).as("parse_status"))
        : tables
            .read(Tables.CANDIDATES)
            .where(col("model").equalTo(model).and(col("k").lt(most)))
            .select(
                col("benchmark"),
                col("image_id"),
                col("k").plus(order).as("k"),
                col("latitude"),
                col("longitude"),
                col("log_probability"),
                col("parse_status"));
  }
}
