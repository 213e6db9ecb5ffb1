package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.geolocsft.config.SelectSettings;
import io.geolocsft.failure.DataException;
import io.geolocsft.ml.GeoSampler;
import io.geolocsft.ml.GeoSamplerModel;
import io.geolocsft.stage.FunnelSteps;
import io.geolocsft.table.Tables;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Draws exactly as many images as asked, from each cell its quota. */
final class SampleDraw {

  private static final String STRATUM = "stratum";

  private final SelectSettings settings;
  private final long seed;
  private final Dataset<Row> cells;

  /**
   * @param cells the table {@code cells}, for its planned quotas
   */
  SampleDraw(SelectSettings settings, long seed, Dataset<Row> cells) {
    this.settings = settings;
    this.seed = seed;
    this.cells = cells;
  }

  /**
   * Rejects what is not drawn: as {@code min_distance} what was passed over, else as {@code
   * not_sampled}, with the number of good images that the quota was drawn from. The others get a
   * rank, a weight and a reason.
   *
   * @throws DataException if there are too few images, or too few that keep their distance
   */
  Dataset<Row> draw(Dataset<Row> judged) {
    Dataset<Row> open = judged.where(RejectionColumns.OPEN).withColumn(STRATUM, stratum());
    long good = open.count();
    if (good < settings.count()) {
      throw new DataException(tooFew(good, judged));
    }
    Dataset<Row> ranked =
        sampled(open)
            .join(
                broadcast(planned()),
                col(Tables.LEAF_CELL_ID).equalTo(col("planned_cell")),
                "left");
    Column rank = col(GeoSamplerModel.RANK);
    Dataset<Row> spaced =
        RejectionColumns.reject(
            ranked,
            rank.isNull().and(col(GeoSamplerModel.NEAR_ID).isNotNull()),
            "min_distance",
            col(GeoSamplerModel.NEAR_KM),
            lit(settings.minDistanceKm()),
            concat(lit("near "), col(GeoSamplerModel.NEAR_ID)));
    Dataset<Row> drawn =
        RejectionColumns.reject(
            spaced,
            rank.isNull(),
            FunnelSteps.NOT_SAMPLED,
            col(GeoSamplerModel.AVAILABLE),
            col(GeoSamplerModel.QUOTA),
            lit(null).cast("string"));
    return drawn
        .withColumn("reason", reason(rank))
        .unionByName(judged.where(not(RejectionColumns.OPEN)), true);
  }

  private Dataset<Row> sampled(Dataset<Row> open) {
    GeoSampler sampler =
        GeoSampler.of(settings, seed)
            .setCellCol(Tables.LEAF_CELL_ID)
            .setStratumCol(isByCell() ? "" : STRATUM)
            .setQualityCol("blur")
            .setKeepAll(true);
    try {
      return sampler.fit(open).transform(open);
    } catch (IllegalArgumentException e) {
      throw new DataException("select: " + e.getMessage(), e);
    }
  }

  private boolean isByCell() {
    return settings.quotaBy().equals("cell");
  }

  /** What shares the pairs before cells do. */
  private Column stratum() {
    return switch (settings.quotaBy()) {
      case "country" -> coalesce(col("country"), lit("at sea"));
      case "density" -> densityStratum();
      default -> lit("");
    };
  }

  private Column densityStratum() {
    List<Double> limits = settings.densityStrata();
    Column stratum = lit("all");
    for (int i = limits.size() - 1; i >= 0; i--) {
      String below = i == 0 ? "below %s" : "%s to %s".formatted(limits.get(i - 1), "%s");
      Column otherwise =
          i == limits.size() - 1 ? lit("%s and more".formatted(limits.get(i))) : stratum;
      stratum =
          when(col("population_density").lt(limits.get(i)), lit(below.formatted(limits.get(i))))
              .otherwise(otherwise);
    }
    return stratum;
  }

  private Column reason(Column rank) {
    return isByCell()
        ? when(rank.leq(col("planned")), lit("quota")).otherwise(lit("redistributed"))
        : concat(lit(settings.quotaBy() + " "), col(STRATUM));
  }

  private Dataset<Row> planned() {
    return cells.select(col(Tables.LEAF_CELL_ID).as("planned_cell"), col("quota").as("planned"));
  }

  private String tooFew(long good, Dataset<Row> judged) {
    String reasons =
        judged
            .where(not(RejectionColumns.OPEN))
            .groupBy(JudgedRows.RULE)
            .count()
            .orderBy(col("count").desc(), col(JudgedRows.RULE))
            .collectAsList()
            .stream()
            .map(row -> String.format(Locale.ROOT, "%s %d", row.getString(0), row.getLong(1)))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "select.count is %d, but only %d training images are left (rejected: %s): lower it or loosen select.rules",
        settings.count(),
        good,
        reasons);
  }
}
