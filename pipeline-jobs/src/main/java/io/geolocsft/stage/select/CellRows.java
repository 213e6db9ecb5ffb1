package io.geolocsft.stage.select;

import io.geolocsft.config.SelectSettings;
import io.geolocsft.select.Apportionment;
import io.geolocsft.select.SamplingStrategy;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Rows of {@code partition} to rows of {@code cells}. The quota is the planned one: what a cell
 * would give if all of its images were good.
 */
record CellRows(SelectSettings select) {

  /** One row a leaf, by id. */
  List<Row> of(Dataset<Row> partition) {
    List<Row> leaves = partition.orderBy(Tables.LEAF_CELL_ID).collectAsList();
    SamplingStrategy strategy = SamplingStrategy.of(select.strategy());
    long[] counts = leaves.stream().mapToLong(CellRows::count).toArray();
    double[] weights =
        leaves.stream()
            .mapToDouble(leaf -> strategy.cellWeight(count(leaf), select.alpha()))
            .toArray();
    long total = leaves.stream().mapToLong(CellRows::count).sum();
    long[] quotas = Apportionment.of(Math.min(select.count(), total), weights, counts);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < quotas.length; i++) {
      double weight = strategy.imageWeight(counts[i], select.alpha());
      rows.add(row(leaves.get(i), weight, Math.toIntExact(quotas[i])));
    }
    return rows;
  }

  private static long count(Row leaf) {
    return leaf.<Long>getAs("image_count");
  }

  private static Row row(Row leaf, double weight, int quota) {
    return RowFactory.create(
        Stream.of(Tables.CELLS.struct().fieldNames())
            .map(
                column ->
                    switch (column) {
                      case "weight" -> (Object) weight;
                      case "quota" -> (Object) quota;
                      default -> leaf.<Object>getAs(column);
                    })
            .toArray());
  }
}
