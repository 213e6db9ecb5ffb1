package io.geolocsft.stage.ingest;

import com.google.common.base.Throwables;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.Excerpt;
import java.io.FileNotFoundException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;

/**
 * A file of a table that Spark could not read to its end: damage shows late, after the footers are
 * read.
 */
final class TableDamage {

  private static final String FAILED = "FAILED_READ_FILE";

  /** Whose exceptions tell of a store or a network, and not of what a file holds. */
  private static final List<String> OF_STORES =
      List.of(
          "java.net.",
          "java.nio.",
          "javax.net.",
          "org.apache.hadoop.",
          "org.apache.http.",
          "software.amazon.",
          "com.amazonaws.");

  private TableDamage() {}

  /**
   * Looks for damage in what a query threw.
   *
   * @throws DataException if there is some, naming the file
   */
  static void tell(Exception thrown) {
    Throwable root = Throwables.getRootCause(thrown);
    boolean isOfStore =
        root instanceof FileNotFoundException
            || OF_STORES.stream().anyMatch(root.getClass().getName()::startsWith);
    if (isOfStore) {
      return;
    }
    failures(thrown)
        .findFirst()
        .ifPresent(
            failure -> {
              throw new DataException(
                  "%s is damaged: %s. Get a complete copy"
                      .formatted(
                          failure.getMessageParameters().get("path"),
                          Excerpt.of(String.valueOf(root.getMessage()))),
                  thrown);
            });
  }

  private static Stream<SparkThrowable> failures(Exception thrown) {
    return Throwables.getCausalChain(thrown).stream()
        .filter(SparkThrowable.class::isInstance)
        .map(SparkThrowable.class::cast)
        .filter(failure -> String.valueOf(failure.getCondition()).startsWith(FAILED));
  }
}
