package io.geolocsft.stage;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.geolocsft.config.SelectSettings;
import io.geolocsft.ml.GeoSampler;
import io.geolocsft.ml.GeoSamplerModel;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Draws exactly as many images as asked, from each cell its quota: the first in the keyed order.
 */
final class Sample {

  private final SelectSettings settings;
  private final long seed;
  private final Dataset<Row> cells;

  /**
   * @param cells the table {@code cells}, for its planned quotas
   */
  Sample(SelectSettings settings, long seed, Dataset<Row> cells) {
    this.settings = settings;
    this.seed = seed;
    this.cells = cells;
  }

  /**
   * Rejects what is beyond its cell's quota as {@code not_sampled}; the others get a rank, a weight
   * and a reason.
   *
   * @throws DataException if there are too few images
   */
  Dataset<Row> draw(Dataset<Row> judged) {
    Dataset<Row> open = judged.where(Verdict.OPEN);
    long good = open.count();
    if (good < settings.count()) {
      throw new DataException(tooFew(good, judged));
    }
    Dataset<Row> ranked =
        GeoSampler.of(settings, seed)
            .setCellCol(JudgedRows.LEAF)
            .setKeepAll(true)
            .fit(open)
            .transform(open)
            .join(broadcast(planned()), col(JudgedRows.LEAF).equalTo(col("planned_cell")), "left");
    Column rank = col(GeoSamplerModel.RANK);
    Dataset<Row> drawn =
        Verdict.reject(
            ranked,
            rank.gt(col(GeoSamplerModel.QUOTA)),
            "not_sampled",
            rank,
            col(GeoSamplerModel.QUOTA),
            lit(null).cast("string"));
    return drawn
        .withColumn(
            "reason", when(rank.leq(col("planned")), lit("quota")).otherwise(lit("redistributed")))
        .unionByName(judged.where(not(Verdict.OPEN)), true);
  }

  private Dataset<Row> planned() {
    return cells.select(col("cell_id").as("planned_cell"), col("quota").as("planned"));
  }

  private String tooFew(long good, Dataset<Row> judged) {
    String reasons =
        judged
            .where(not(Verdict.OPEN))
            .groupBy(JudgedRows.RULE)
            .count()
            .orderBy(col("count").desc(), col(JudgedRows.RULE))
            .collectAsList()
            .stream()
            .map(row -> "%s %d".formatted(row.getString(0), row.getLong(1)))
            .collect(Collectors.joining(", "));
    return "select.count is %d, but only %d training images are left (rejected: %s): lower it or loosen select.rules"
        .formatted(settings.count(), good, reasons);
  }
}
