package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.ImageSet;
import io.geolocsft.evaluate.BenchmarkImage;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.GeoPoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * A benchmark's images, from the rows of {@code binned}.
 *
 * @param name the benchmark's
 * @param images in the order of their ids
 */
public record BenchmarkSet(String name, List<BenchmarkImage> images) {

  /** The rows of {@code binned} that are trained on. */
  public static Dataset<Row> trained(Dataset<Row> binned) {
    return binned.where(col("split").equalTo(ImageSet.TRAIN));
  }

  /** The rows of {@code binned} that belong to a benchmark. */
  public static Dataset<Row> evaluated(Dataset<Row> binned) {
    return binned.where(col("split").notEqual(ImageSet.TRAIN));
  }

  /** The benchmarks' names, alphabetically. */
  public static List<String> names(Dataset<Row> binned) {
    return evaluated(binned)
        .select("split")
        .distinct()
        .orderBy("split")
        .as(Encoders.STRING())
        .collectAsList();
  }

  /**
   * How many images each benchmark has.
   *
   * @param order names in the order of the configuration; others follow alphabetically
   * @throws DataException if there is none
   */
  public static Map<String, Long> counts(Dataset<Row> binned, List<String> order) {
    Map<String, Long> counts = new LinkedHashMap<>();
    order.forEach(name -> counts.put(name, 0L));
    evaluated(binned)
        .groupBy("split")
        .count()
        .orderBy("split")
        .collectAsList()
        .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
    counts.values().removeIf(count -> count == 0);
    if (counts.isEmpty()) {
      throw none();
    }
    return counts;
  }

  /**
   * Every benchmark.
   *
   * @param order names in the order of the configuration; others follow alphabetically
   * @throws DataException if there is none
   */
  public static List<BenchmarkSet> all(Dataset<Row> binned, List<String> order) {
    Map<String, List<BenchmarkImage>> byName = new LinkedHashMap<>();
    order.forEach(name -> byName.put(name, new ArrayList<>()));
    List<Row> rows =
        evaluated(binned)
            .select(
                "split",
                "image_id",
                "latitude",
                "longitude",
                "author",
                "country",
                "region",
                "population_density")
            .orderBy("split", "image_id")
            .collectAsList();
    for (Row row : rows) {
      byName.computeIfAbsent(row.getString(0), unused -> new ArrayList<>()).add(image(row));
    }
    byName.values().removeIf(List::isEmpty);
    if (byName.isEmpty()) {
      throw none();
    }
    return byName.entrySet().stream()
        .map(entry -> new BenchmarkSet(entry.getKey(), List.copyOf(entry.getValue())))
        .toList();
  }

  /** What to say when there is no benchmark image at all. */
  public static DataException none() {
    return new DataException(
        "There is no benchmark image in the table binned: name a benchmark under benchmarks and run ingest and bin again");
  }

  private static BenchmarkImage image(Row row) {
    return new BenchmarkImage(
        row.getString(1),
        new GeoPoint(row.getDouble(2), row.getDouble(3)),
        Optional.ofNullable(row.getString(4)),
        Optional.ofNullable(row.getString(5)),
        Optional.ofNullable(row.getString(6)),
        row.isNullAt(7) ? OptionalDouble.empty() : OptionalDouble.of(row.getDouble(7)));
  }
}
