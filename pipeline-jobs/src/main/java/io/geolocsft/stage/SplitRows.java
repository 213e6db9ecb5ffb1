package io.geolocsft.stage;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.ImageSet;
import io.geolocsft.failure.DataException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** The rows of {@code binned} by what they are for, training or a benchmark. */
public final class SplitRows {

  private SplitRows() {}

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

  /** What to say when there is no benchmark image at all. */
  public static DataException none() {
    return new DataException(
        "There is no benchmark image in the table binned: name a benchmark under benchmarks and run ingest and bin again");
  }
}
