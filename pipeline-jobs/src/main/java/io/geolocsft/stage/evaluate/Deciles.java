package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/**
 * Tenths of each benchmark's images by a number, from 1 to 10. Their edges are found among numbers
 * in steps of 0.1 %, which are counted: whatever the images' order, the edges are the same.
 *
 * @param images the benchmarks' rows of {@code binned}
 */
record Deciles(Dataset<Row> images) {

  /** Bits of a double's fraction that are left out of a step: ten stay. */
  private static final int LEFT_OUT = 42;

  /** The decile of a column's value; null where that is. */
  Column of(String column) {
    Column decile = lit(null).cast(DataTypes.IntegerType);
    for (Map.Entry<String, List<Double>> benchmark : edges(column).entrySet()) {
      Column above = lit(1);
      for (double edge : benchmark.getValue()) {
        above = above.plus(when(col(column).geq(lit(edge)), lit(1)).otherwise(lit(0)));
      }
      Column isHere = col("split").equalTo(benchmark.getKey()).and(col(column).isNotNull());
      decile = when(isHere, above).otherwise(decile);
    }
    return decile;
  }

  /** Where the second tenth and those after it begin, by benchmark. */
  private Map<String, List<Double>> edges(String column) {
    UDF1<Double, Long> step = Deciles::step;
    UserDefinedFunction steps = udf(step, DataTypes.LongType);
    Map<String, TreeMap<Long, Long>> counts = new TreeMap<>();
    images
        .where(col(column).isNotNull())
        .groupBy(col("split"), steps.apply(col(column).cast("double")).as("step"))
        .count()
        .collectAsList()
        .forEach(
            row ->
                counts
                    .computeIfAbsent(row.getString(0), unused -> new TreeMap<>())
                    .put(row.getLong(1), row.getLong(2)));
    Map<String, List<Double>> edges = new TreeMap<>();
    counts.forEach((benchmark, counted) -> edges.put(benchmark, edges(counted)));
    return edges;
  }

  private static List<Double> edges(TreeMap<Long, Long> counts) {
    long all = counts.values().stream().mapToLong(count -> count).sum();
    List<Double> edges = new ArrayList<>();
    long below = 0;
    for (Map.Entry<Long, Long> step : counts.entrySet()) {
      while (edges.size() < 9 && 10 * below >= all * (edges.size() + 1)) {
        edges.add(begin(step.getKey()));
      }
      below += step.getValue();
    }
    while (edges.size() < 9) {
      edges.add(Double.POSITIVE_INFINITY); // the greatest step holds the rest
    }
    return edges;
  }

  /** In the order of the numbers. */
  private static long step(double value) {
    return ordered(Double.doubleToLongBits(value)) >> LEFT_OUT;
  }

  /** The least number of a step. */
  private static double begin(long step) {
    return Double.longBitsToDouble(ordered(step << LEFT_OUT));
  }

  /** A double's bits as a number of their order, and back: those of negative ones run backwards. */
  private static long ordered(long bits) {
    return bits ^ (bits >> 63) & Long.MAX_VALUE;
  }
}
