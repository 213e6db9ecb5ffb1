package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.config.AblationSettings;
import io.geolocsft.config.CandidateSource;
import io.geolocsft.config.OtherRunSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.table.Manifest;
import io.geolocsft.table.TableSchema;
import io.geolocsft.table.TableStore;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The candidates of other runs. They are read and never written.
 *
 * @param settings where the runs are
 */
record OtherRuns(AblationSettings settings, Supplier<SparkSession> spark) {

  private static final String[] IMAGE = {"benchmark", "image_id"};

  /**
   * What the variants take from other runs, each with the id of what it follows from.
   *
   * @throws ConfigException if a run has no such table
   */
  static Map<String, String> fingerprints(AblationSettings settings) {
    OtherRuns runs =
        new OtherRuns(
            settings,
            () -> {
              throw new IllegalStateException("Manifests need no Spark");
            });
    Map<String, String> ids = new TreeMap<>();
    settings.variants().stream()
        .flatMap(variant -> variant.sources().stream())
        .filter(source -> source.run().isPresent())
        .forEach(
            source ->
                ids.put(
                    source.run().get() + " " + VariantAnswers.table(source).name(),
                    runs.manifest(source).id()));
    return ids;
  }

  private OtherRunSettings run(CandidateSource source) {
    return settings.run(source.run().orElseThrow()).orElseThrow();
  }

  private TableStore tables(CandidateSource source) {
    Configuration hadoop = SparkHadoopUtil.get().conf();
    return TableStore.open(spark, hadoop, run(source).output());
  }

  private Manifest manifest(CandidateSource source) {
    TableSchema table = VariantAnswers.table(source);
    return tables(source)
        .manifest(table.name())
        .orElseThrow(
            () ->
                new ConfigException(
                    "ablation.runs: %s has no table %s in %s: run %s there first"
                        .formatted(
                            source.run().orElseThrow(),
                            table.name(),
                            run(source).output(),
                            source.isNeighbours() ? "neighbours" : "infer")));
  }

  /**
   * Candidates for the images of this run.
   *
   * @param images the benchmarks' rows of {@code binned}
   * @throws DataException if the other run has no answer for one, or one twice
   */
  Dataset<Row> candidates(CandidateSource source, Dataset<Row> images) {
    Dataset<Row> asked = images.select(col("split").as("benchmark"), col("image_id"));
    Dataset<Row> candidates =
        VariantAnswers.of(source, tables(source)).join(asked, IMAGE, "left_semi");
    PredictionRows.requireFit(candidates.withColumn("model", lit(source.toString())), images);
    Dataset<Row> missing = asked.join(candidates, IMAGE, "left_anti");
    for (Row row : missing.orderBy(IMAGE[0], IMAGE[1]).limit(1).collectAsList()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s has no answers for %d of %d images, such as %s of %s: both runs need the same benchmarks, and the other one this model in infer.models",
              source,
              missing.count(),
              asked.count(),
              row.getString(1),
              row.getString(0)));
    }
    return candidates;
  }
}
