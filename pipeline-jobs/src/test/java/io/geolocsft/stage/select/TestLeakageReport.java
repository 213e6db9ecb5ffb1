package io.geolocsft.stage.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.SparkFixture;
import io.geolocsft.failure.DataException;
import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.Leakage.Limits;
import io.geolocsft.stage.CatalogueFixture;
import io.geolocsft.table.Tables;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class TestLeakageReport {

  private static final long SEED = 31;

  private final SparkSession spark = SparkFixture.session();

  private Dataset<Row> images(List<Row> rows, String split) {
    return spark
        .createDataFrame(rows, Tables.CATALOGUE.struct())
        .where("split = '%s'".formatted(split))
        .withColumn("cell_id", org.apache.spark.sql.functions.expr("CAST(latitude / 5 AS BIGINT)"))
        .repartition(3);
  }

  private static long count(List<Row> images, List<Row> others, BiPredicate<Row, Row> given) {
    return images.stream()
        .filter(image -> others.stream().anyMatch(other -> given.test(image, other)))
        .count();
  }

  private static BiPredicate<Row, Row> same(String column) {
    return (a, b) -> a.getAs(column) != null && Objects.equals(a.getAs(column), b.getAs(column));
  }

  private static GeoPoint point(Row row) {
    return new GeoPoint(row.<Double>getAs("latitude"), row.<Double>getAs("longitude"));
  }

  @Test
  void countsWhatComparingAllCounts() {
    List<Row> rows = CatalogueFixture.skewed(SEED, 1_200);
    Dataset<Row> training = images(rows, "train");
    Dataset<Row> benchmark = images(rows, "bench");
    Map<String, BiPredicate<Row, Row>> rules = new TreeMap<>();
    rules.put("copy", same("sha256"));
    rules.put(
        "near_duplicate",
        (a, b) ->
            Long.bitCount(a.<Long>getAs("perceptual_hash") ^ b.<Long>getAs("perceptual_hash"))
                <= 3);
    rules.put("cell", same("cell_id"));
    rules.put(
        "distance", (a, b) -> DistanceModel.SPHERE_6371_0088.kilometers(point(a), point(b)) < 20);
    rules.put("author", same("author"));
    rules.put("sequence", (a, b) -> false);
    List<Row> report =
        LeakageReport.rows("bench", training, benchmark, new Limits(3, true, 20, true, true));
    assertThat(report)
        .extracting(row -> row.getString(1))
        .containsExactlyInAnyOrderElementsOf(rules.keySet());
    List<Row> trained = training.collectAsList();
    List<Row> held = benchmark.collectAsList();
    for (Row row : report) {
      BiPredicate<Row, Row> rule = rules.get(row.getString(1));
      assertThat(row.getLong(3)).as("seed %d: %s", SEED, row).isEqualTo(count(held, trained, rule));
      assertThat(row.getLong(5)).as("seed %d: %s", SEED, row).isEqualTo(count(trained, held, rule));
      assertThat(row.getLong(4)).isEqualTo(held.size());
      assertThat(row.getLong(6)).isEqualTo(trained.size());
      assertThat(row.isNullAt(7)).isEqualTo(row.getLong(3) == 0);
    }
    assertThat(report.stream().filter(row -> row.getLong(3) > 0)).hasSize(5);
  }

  @Test
  void whatIsBlockedIsNamed() {
    List<Row> rows = CatalogueFixture.skewed(SEED, 400);
    List<Row> report =
        LeakageReport.rows(
            "bench",
            images(rows, "train"),
            images(rows, "bench"),
            new Limits(-1, true, 0, true, true));
    assertThat(report)
        .extracting(row -> row.getString(1))
        .containsExactly("copy", "cell", "sequence", "author");
    assertThatNoException().isThrownBy(() -> LeakageReport.block(report, List.of("sequence")));
    assertThatThrownBy(() -> LeakageReport.block(report, List.of("sequence", "cell")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("of 20 images of bench by the rule cell, as image-")
        .hasMessageContaining("select.block_leakage");
  }
}
