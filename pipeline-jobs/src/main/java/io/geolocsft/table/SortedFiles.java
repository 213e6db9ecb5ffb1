package io.geolocsft.table;

import static org.apache.spark.sql.functions.col;

import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Rows in an order, in files of which each has a stretch of it and is written by its own task. */
public final class SortedFiles {

  private SortedFiles() {}

  /** So many files, sorted by some columns. */
  public static Dataset<Row> of(Dataset<Row> rows, int files, String... order) {
    Column[] columns = Stream.of(order).map(name -> col(name)).toArray(Column[]::new);
    Dataset<Row> spread =
        files == 1 ? rows.repartition(1) : rows.repartitionByRange(files, columns);
    return spread.sortWithinPartitions(columns);
  }
}
