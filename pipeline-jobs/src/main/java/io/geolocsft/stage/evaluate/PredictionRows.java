package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.every;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;

import io.geolocsft.aggregate.Aggregate;
import io.geolocsft.aggregate.Aggregation;
import io.geolocsft.aggregate.Candidate;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.evaluate.Prediction;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.table.SortedFiles;
import io.geolocsft.table.Tables;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Candidates to one answer an image and model. An image without a readable candidate has an answer
 * without coordinates: it stays in every denominator.
 *
 * @param aggregation name of an {@link Aggregation}
 */
public record PredictionRows(PredictionRow judged, List<String> models, String aggregation)
    implements Serializable {

  /** About 150 MB, and few enough for a task to sort in the memory that it has. */
  private static final long ROWS_PER_FILE = 2_000_000;

  static PredictionRows of(PipelineConfig config, PredictionRow judged) {
    return new PredictionRows(judged, config.infer().models(), config.infer().aggregation());
  }

  /**
   * The table {@code predictions}.
   *
   * @param candidates rows of {@code candidates}
   * @param images the benchmarks' rows of {@code binned}
   */
  Dataset<Row> of(Dataset<Row> candidates, Dataset<Row> images) {
    Dataset<Row> answers =
        candidates
            .groupBy("benchmark", "model", "image_id")
            .agg(
                array_sort(
                        collect_list(
                            struct(
                                "k", "latitude", "longitude", "log_probability", "parse_status")))
                    .as("answers"));
    Column[] names = models.stream().map(name -> lit(name)).toArray(Column[]::new);
    Dataset<Row> asked = asked(images).withColumn("model", explode(array(names)));
    MapFunction<Row, Row> aggregated = this::prediction;
    return asked
        .join(answers, new String[] {"benchmark", "model", "image_id"}, "left")
        .map(aggregated, Encoders.row(Tables.PREDICTIONS.struct()));
  }

  /** What an answer is put beside, of the benchmarks' rows of {@code binned}. */
  static Dataset<Row> asked(Dataset<Row> images) {
    return images.select(
        col("split").as("benchmark"),
        col("image_id"),
        col("latitude"),
        col("longitude"),
        col("author"),
        col("country"),
        col("admin1"),
        col("region"),
        col("population_density"));
  }

  /**
   * Rows in the order of their key, in as few files as hold so many well; each file has a stretch
   * of it.
   */
  public static Dataset<Row> inFiles(Dataset<Row> rows, long count) {
    int files = (int) Math.max(1, (count + ROWS_PER_FILE - 1) / ROWS_PER_FILE);
    return SortedFiles.of(rows, files, "benchmark", "model", "image_id");
  }

  /**
   * @throws DataException if candidates are of no image that was asked about, no points on Earth,
   *     or there twice
   */
  static void requireFit(Dataset<Row> candidates, Dataset<Row> images) {
    Column onEarth =
        col("latitude")
            .isNull()
            .or(col("latitude").between(-90, 90).and(col("longitude").between(-180, 180)));
    Dataset<Row> known =
        images.select(col("split").as("benchmark"), col("image_id"), lit(true).as("known"));
    Dataset<Row> wrong =
        candidates
            .join(known, new String[] {"benchmark", "image_id"}, "left")
            .groupBy("benchmark", "model", "image_id", "k")
            .agg(count(lit(1)).as("rows"), every(onEarth).as("points"), first("known").as("known"))
            .where(col("rows").gt(1).or(not(col("points"))).or(col("known").isNull()))
            .limit(1);
    for (Row row : wrong.collectAsList()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "The candidate %d of the model %s for image %s of %s %s: run infer again",
              row.<Integer>getAs("k"),
              row.getAs("model"),
              row.getAs("image_id"),
              row.getAs("benchmark"),
              row.getAs("known") == null
                  ? "answers for an image that is not there"
                  : row.<Long>getAs("rows") > 1 ? "occurs twice" : "is not a point on Earth"));
    }
  }

  private Row prediction(Row row) {
    List<Row> answers =
        row.isNullAt(row.fieldIndex("answers"))
            ? List.of()
            : row.getList(row.fieldIndex("answers"));
    List<Candidate> candidates = answers.stream().flatMap(a -> candidate(a).stream()).toList();
    Optional<Aggregate> answer = Aggregation.of(aggregation).aggregate(candidates);
    return judged.of(
        row,
        row.getAs("model"),
        answer.map(Aggregate::point),
        answer.map(Aggregate::radiusKm).orElse(null),
        candidates.size(),
        answers.isEmpty() ? Prediction.NO_ANSWER : answers.get(0).getAs("parse_status"));
  }

  private static Optional<Candidate> candidate(Row row) {
    Double latitude = row.getAs("latitude");
    Double logProbability = row.getAs("log_probability");
    return latitude == null
        ? Optional.empty()
        : Optional.of(
            new Candidate(
                new GeoPoint(latitude, row.<Double>getAs("longitude")),
                logProbability == null ? 0 : logProbability));
  }
}
