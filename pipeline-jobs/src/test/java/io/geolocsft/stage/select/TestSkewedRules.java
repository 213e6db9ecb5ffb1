package io.geolocsft.stage.select;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.RuleSettings;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows without a key, or that are rejected already, are spread over the tasks. */
class TestSkewedRules {

  private static final int ROWS = 8_000;
  private static final int PARTITIONS = 8;

  private final SparkSession spark = SparkFixture.session();

  /** Otherwise partitions are put together where rows are few. */
  @BeforeEach
  void partitionsStayAsTheyAre() {
    spark.conf().set("spark.sql.adaptive.enabled", "false");
    spark.conf().set("spark.sql.shuffle.partitions", String.valueOf(PARTITIONS));
  }

  @AfterEach
  void asOtherTestsHaveThem() {
    spark.conf().set("spark.sql.adaptive.enabled", "true");
    spark.conf().set("spark.sql.shuffle.partitions", "3");
  }

  @Test
  void nobodysImages() {
    assertSpread(rows -> GroupLimits.reject(rows, "author", 2));
    assertSpread(rows -> GroupLimits.reject(rows, "sequence_id", 2));
  }

  @Test
  void rejectedImagesOfOneAuthor() {
    assertSpread(
        rows ->
            GroupLimits.reject(rejected(rows).withColumn("author", lit("a crowd")), "author", 2));
  }

  @Test
  void rejectedCopies() {
    assertSpread(
        rows -> ExactDuplicates.reject(rejected(rows).withColumn("sha256", lit("gone")), 10));
    RuleSettings rules =
        ConfigReader.section(RuleSettings.class, Map.of("nearDuplicateBits", 0), "rules");
    assertSpread(
        rows -> {
          try (LookAlikes lookAlikes = new LookAlikes(rules)) {
            return lookAlikes.reject(rejected(rows).withColumn("perceptual_hash", lit(0L)));
          }
        });
  }

  @Test
  void rejectedImagesAtOnePoint() {
    assertSpread(
        rows ->
            CoordinateSpikes.reject(
                rejected(rows).withColumn("latitude", lit(0.0)).withColumn("longitude", lit(0.0)),
                5));
  }

  private void assertSpread(UnaryOperator<Dataset<Row>> rule) {
    List<Long> sizes =
        rule.apply(judged())
            .mapPartitions(
                (MapPartitionsFunction<Row, Long>) TestSkewedRules::size, Encoders.LONG())
            .collectAsList();
    assertThat(sizes.stream().mapToLong(Long::longValue).sum()).isEqualTo(ROWS);
    assertThat(sizes)
        .hasSize(PARTITIONS)
        .allSatisfy(size -> assertThat(size).isLessThan(2 * ROWS / PARTITIONS));
  }

  private static Iterator<Long> size(Iterator<Row> rows) {
    long size = 0;
    while (rows.hasNext()) {
      rows.next();
      size++;
    }
    return List.of(size).iterator();
  }

  private static Dataset<Row> rejected(Dataset<Row> rows) {
    return rows.withColumn(JudgedRows.RULE, lit("min_blur"));
  }

  /** Without author or sequence, and not rejected. */
  private Dataset<Row> judged() {
    return LookAlikesBench.images(spark, ROWS)
        .selectExpr(
            "*",
            "concat('sha-', image_id) AS sha256",
            "CAST(NULL AS STRING) AS author",
            "CAST(NULL AS STRING) AS sequence_id",
            "10.0D AS latitude",
            "20.0D AS longitude");
  }
}
