package io.geolocsft.stage.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.min;

import io.geolocsft.config.ImageSet;
import io.geolocsft.failure.DataException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Refuses an input of which too much is bad, before anything is published. */
final class ErrorShare {

  private final double limit;

  ErrorShare(double limit) {
    this.limit = limit;
  }

  /**
   * Checks every set on its own.
   *
   * @param outcomes as {@link Intake#OUTCOME}
   * @throws DataException naming the counts by kind, and one case of each
   */
  void check(List<ImageSet> sets, Dataset<Row> outcomes) {
    List<Row> counts =
        outcomes
            .groupBy(col("split"), col("error.kind").as("kind"))
            .agg(count("*").as("rows"), min("error.message").as("example"))
            .collectAsList();
    List<String> problems = new ArrayList<>();
    for (ImageSet set : sets) {
      List<Row> own =
          counts.stream().filter(row -> row.getAs("split").equals(set.split())).toList();
      check(set, own, problems);
    }
    if (!problems.isEmpty()) {
      throw new DataException(String.join("\n", problems));
    }
  }

  private void check(ImageSet set, List<Row> counts, List<String> problems) {
    long all = total(counts);
    List<Row> bad =
        counts.stream()
            .filter(row -> row.getAs("kind") != null)
            .sorted(Comparator.comparingLong(row -> -row.<Long>getAs("rows")))
            .toList();
    if (all == 0) {
      problems.add(
          "%s names no images; fill it, or set %s.table to another"
              .formatted(set.table().isEmpty() ? set.images() : set.table(), set.setting()));
    } else if (total(bad) > limit * all || total(bad) == all) {
      problems.add(message(set, bad, all));
    }
  }

  private String message(ImageSet set, List<Row> bad, long all) {
    StringBuilder message = new StringBuilder();
    message.append(
        String.format(
            Locale.ROOT,
            "%d of %d images of '%s' cannot be used (%.1f %%, allowed by ingest.max_error_share:"
                + " %.1f %%):",
            total(bad),
            all,
            set.split(),
            100.0 * total(bad) / all,
            100 * limit));
    for (Row kind : bad) {
      message.append(
          String.format(
              Locale.ROOT,
              "%n  %d %s, as in %s",
              kind.<Long>getAs("rows"),
              kind.getAs("kind"),
              kind.getAs("example")));
    }
    return message.toString();
  }

  private static long total(List<Row> counts) {
    return counts.stream().mapToLong(row -> row.<Long>getAs("rows")).sum();
  }
}
