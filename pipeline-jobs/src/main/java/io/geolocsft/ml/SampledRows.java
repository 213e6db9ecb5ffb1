package io.geolocsft.ml;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.KeyCutoffs;
import io.geolocsft.select.KeyedOrder;
import io.geolocsft.select.QuotaSampling.Pooled;
import io.geolocsft.select.SamplingUnit;
import io.geolocsft.sql.GeoColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What a draw must know of the rows of a dataset. */
final class SampledRows {

  private static final String STRATUM = "stratum";
  private static final String CELL = "cell";
  private static final String ID = "id";

  private final Dataset<Row> rows;
  private final KeyedOrder order;

  SampledRows(GeoSampler sampler, Dataset<?> dataset) {
    order = new KeyedOrder((long) sampler.getOrDefault(sampler.seed()));
    boolean spaced = (double) sampler.getOrDefault(sampler.minDistanceKm()) > 0;
    boolean ranked = (int) sampler.getOrDefault(sampler.bestOf()) > 1;
    Column nothing = lit(0.0);
    rows =
        dataset
            .select(
                stratum(sampler.getOrDefault(sampler.stratumCol())).as(STRATUM),
                col(sampler.getOrDefault(sampler.cellCol())).as(CELL),
                col(sampler.getOrDefault(sampler.idCol())).as(ID),
                (ranked ? col(sampler.getOrDefault(sampler.qualityCol())) : nothing).as("quality"),
                (spaced ? col(sampler.getOrDefault(sampler.latitudeCol())) : nothing).as("lat"),
                (spaced ? col(sampler.getOrDefault(sampler.longitudeCol())) : nothing).as("lon"))
            .where(col(CELL).isNotNull().and(col(ID).isNotNull()))
            .where(GeoColumns.isPoint(col("lat"), col("lon")));
  }

  /** The stratum of a row, empty if there are none or it has none. */
  static Column stratum(String column) {
    return column.isEmpty() ? lit("") : coalesce(col(column), lit(""));
  }

  SortedMap<SamplingUnit, Long> counts() {
    SortedMap<SamplingUnit, Long> counts = new TreeMap<>();
    for (Row row : rows.groupBy(STRATUM, CELL).count().collectAsList()) {
      counts.put(new SamplingUnit(row.getString(0), row.getLong(1)), row.getLong(2));
    }
    return counts;
  }

  /**
   * The first rows of some units.
   *
   * @param wanted how many of each, and no more than it has
   * @throws IllegalStateException if it has fewer now: the dataset changes from one look to the
   *     next
   */
  Map<SamplingUnit, List<Pooled>> first(
      Map<SamplingUnit, Long> wanted, Map<SamplingUnit, Long> counts) {
    Map<SamplingUnit, List<Pooled>> found = new HashMap<>();
    Map<SamplingUnit, Long> open = new HashMap<>(wanted);
    for (double widening = 1; !open.isEmpty(); widening *= 4) {
      found.keySet().removeAll(open.keySet());
      collect(cutoffs(open, counts, widening), found);
      open.keySet().removeIf(unit -> enough(found.get(unit), wanted.get(unit)));
      for (SamplingUnit unit : open.keySet()) {
        if (widening * KeyCutoffs.share(open.get(unit), counts.get(unit)) >= 1) {
          throw new IllegalStateException(
              "%s has fewer rows than it had: cache the dataset, or make it deterministic"
                  .formatted(unit));
        }
      }
    }
    return found;
  }

  private static boolean enough(List<Pooled> candidates, long wanted) {
    return candidates != null && candidates.size() >= wanted;
  }

  private KeyCutoffs cutoffs(
      Map<SamplingUnit, Long> open, Map<SamplingUnit, Long> counts, double widening) {
    Map<SamplingUnit, Double> shares = new HashMap<>();
    open.forEach(
        (unit, size) -> shares.put(unit, widening * KeyCutoffs.share(size, counts.get(unit))));
    return KeyCutoffs.of(shares, order);
  }

  private void collect(KeyCutoffs cutoffs, Map<SamplingUnit, List<Pooled>> found) {
    Column among = GeoColumns.isAmongFirst(cutoffs, col(STRATUM), col(CELL), col(ID));
    for (Row row : rows.where(among).collectAsList()) {
      found
          .computeIfAbsent(
              new SamplingUnit(row.getString(0), row.getLong(1)), unused -> new ArrayList<>())
          .add(candidate(row));
    }
  }

  private Pooled candidate(Row row) {
    String id = row.getString(2);
    boolean measured = !row.isNullAt(3) && !Double.isNaN(row.getDouble(3));
    double quality = measured ? row.getDouble(3) : Double.NEGATIVE_INFINITY;
    return new Pooled(id, order.of(id), quality, new GeoPoint(row.getDouble(4), row.getDouble(5)));
  }
}
