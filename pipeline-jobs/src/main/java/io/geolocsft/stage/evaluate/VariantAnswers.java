package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.config.CandidateSource;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.VariantSettings;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  /** The tables of this run that they are made of. */
  static List<String> inputs(VariantSettings variant) {
    return variant.sources().stream()
        .filter(source -> source.run().isEmpty())
        .map(source -> table(source).name())
        .distinct()
        .toList();
  }

  /** The table that has the candidates. */
  static TableSchema table(CandidateSource source) {
    return source.isNeighbours() ? Tables.NEIGHBOURS : Tables.CANDIDATES;
  }

  /**
   * Rows of {@code ablation_predictions}.
   *
   * @param config of the variant
   * @param tables of the variant
   * @param others the candidates of other runs
   */
  Dataset<Row> of(
      VariantSettings variant, PipelineConfig config, TableStore tables, OtherRuns others) {
    int most = variant.candidates() > 0 ? variant.candidates() : MOST_CANDIDATES;
    List<CandidateSource> sources = variant.sources();
    List<Dataset<Row>> candidates = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      CandidateSource source = sources.get(i);
      Dataset<Row> rows =
          source.run().isPresent() ? others.candidates(source, images) : of(source, tables);
      // Those of the first model come first.
      candidates.add(
          rows.where(col("k").lt(most)).withColumn("k", col("k").plus(i * MOST_CANDIDATES)));
    }
    return new PredictionRows(
            judged, List.of(variant.name()), variant.aggregation(config), Map.of())
        .of(
            candidates.stream()
                .reduce(Dataset::unionByName)
                .orElseThrow()
                .withColumn("model", lit(variant.name())),
            images);
  }

  /** All candidates of a run. */
  static Dataset<Row> of(CandidateSource source, TableStore tables) {
    Dataset<Row> rows = tables.read(table(source));
    return source.isNeighbours()
        ? rows.select(
            col("benchmark"),
            col("image_id"),
            col("rank").minus(1).as("k"),
            col("latitude"),
            col("longitude"),
            lit(null).cast(DataTypes.DoubleType).as("log_probability"),
            lit(NEIGHBOUR).as("parse_status"))
        : rows.where(col("model").equalTo(source.model()))
            .select(
                "benchmark",
                "image_id",
                "k",
                "latitude",
                "longitude",
                "log_probability",
                "parse_status");
  }
}
