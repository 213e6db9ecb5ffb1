package io.geolocsft.stage;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import io.geolocsft.config.SelectSettings;
import io.geolocsft.select.Apportionment;
import io.geolocsft.select.SamplingStrategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Draws exactly as many images as asked, from each cell its quota: the first in the keyed order.
 */
final class Sample {

  private static final StructType QUOTAS =
      new StructType()
          .add("quota_leaf", DataTypes.LongType, false)
          .add("sampling_weight", DataTypes.DoubleType, false)
          .add("planned", DataTypes.LongType, false)
          .add("quota", DataTypes.LongType, false);

  private final SelectSettings settings;
  private final Dataset<Row> cells;

  /**
   * @param cells the table {@code cells}, for its planned quotas
   */
  Sample(SelectSettings settings, Dataset<Row> cells) {
    this.settings = settings;
    this.cells = cells;
  }

  /** Numbers the open images of each leaf from 1, in the keyed order, in column {@code rank}. */
  static Dataset<Row> rank(Dataset<Row> rows) {
    return rows.withColumn(
        "rank",
        row_number()
            .over(
                Window.partitionBy(col(JudgedRows.LEAF), Verdict.OPEN)
                    .orderBy(col(JudgedRows.KEY), col("image_id"))));
  }

  /**
   * Rejects what is beyond its cell's quota as {@code not_sampled}; the others get a weight and a
   * reason.
   *
   * @throws DataException if there are too few images
   */
  Dataset<Row> draw(Dataset<Row> ranked) {
    List<Row> quotas = quotas(counts(ranked), ranked);
    Dataset<Row> byLeaf = ranked.sparkSession().createDataFrame(quotas, QUOTAS);
    Dataset<Row> joined =
        ranked.join(
            broadcast(byLeaf), ranked.col(JudgedRows.LEAF).equalTo(col("quota_leaf")), "left");
    return Verdict.reject(
            joined,
            col("rank").gt(col("quota")),
            "not_sampled",
            col("rank"),
            col("quota"),
            lit(null).cast("string"))
        .withColumn(
            "reason",
            when(col("rank").leq(col("planned")), lit("quota")).otherwise(lit("redistributed")));
  }

  private static Map<Long, Long> counts(Dataset<Row> ranked) {
    Map<Long, Long> counts = new HashMap<>();
    ranked
        .where(Verdict.OPEN)
        .groupBy(JudgedRows.LEAF)
        .count()
        .collectAsList()
        .forEach(row -> counts.put(row.getLong(0), row.getLong(1)));
    return counts;
  }

  private List<Row> quotas(Map<Long, Long> counts, Dataset<Row> ranked) {
    List<Long> leaves = counts.keySet().stream().sorted().toList();
    long[] capacities = leaves.stream().mapToLong(counts::get).toArray();
    long good = leaves.stream().mapToLong(counts::get).sum();
    if (good < settings.count()) {
      throw new DataException(tooFew(good, ranked));
    }
    SamplingStrategy strategy = SamplingStrategy.of(settings.strategy());
    double[] weights =
        leaves.stream()
            .mapToDouble(leaf -> strategy.cellWeight(counts.get(leaf), settings.alpha()))
            .toArray();
    long[] quotas = Apportionment.of(settings.count(), weights, capacities);
    Map<Long, Long> planned = planned();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < quotas.length; i++) {
      long leaf = leaves.get(i);
      double weight = strategy.imageWeight(capacities[i], settings.alpha());
      rows.add(RowFactory.create(leaf, weight, planned.getOrDefault(leaf, 0L), quotas[i]));
    }
    return rows;
  }

  private Map<Long, Long> planned() {
    return cells.select("cell_id", "quota").collectAsList().stream()
        .collect(Collectors.toMap(row -> row.getLong(0), row -> (long) row.getInt(1)));
  }

  private String tooFew(long good, Dataset<Row> ranked) {
    String reasons =
        ranked
            .where(Verdict.OPEN.unary_$bang())
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
