package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.col;

import io.geolocsft.config.SelectSettings;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.ml.GeoSampler;
import io.geolocsft.select.Diversity;
import io.geolocsft.table.Tables;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Rows of {@code diversity}: the selection beside plain samples of the same images. */
final class DiversityRows {

  private static final List<String> BESIDE = List.of("uniform", "population");

  private DiversityRows() {}

  /**
   * Measures.
   *
   * @param good the images that no rule speaks against
   * @param chosen those that are selected
   */
  static List<Row> rows(
      SelectSettings settings, long seed, Dataset<Row> good, Dataset<Row> chosen) {
    List<Row> rows = new ArrayList<>();
    rows.add(row("selection", chosen));
    for (String strategy : BESIDE) {
      GeoSampler sampler =
          new GeoSampler()
              .setCount(settings.count())
              .setStrategy(strategy)
              .setSeed(seed)
              .setCellCol(Tables.LEAF_CELL_ID);
      rows.add(row(strategy, sampler.fit(good).transform(good)));
    }
    return rows;
  }

  private static Row row(String sample, Dataset<Row> images) {
    Diversity spread =
        Diversity.of(
            images
                .select(col("latitude"), col("longitude"), col(Tables.LEAF_CELL_ID), col("country"))
                .collectAsList()
                .stream()
                .map(
                    row ->
                        new Diversity.Placed(
                            new GeoPoint(row.getDouble(0), row.getDouble(1)),
                            row.getLong(2),
                            row.getString(3)))
                .toList());
    return RowFactory.create(
        sample,
        spread.images(),
        spread.cells(),
        spread.countries(),
        spread.cellEntropy(),
        spread.evenness(),
        Double.isNaN(spread.medianNearestKm()) ? null : spread.medianNearestKm(),
        spread.landDivergence());
  }
}
