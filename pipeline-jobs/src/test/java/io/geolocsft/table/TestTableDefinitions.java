package io.geolocsft.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TestTableDefinitions {

  static List<TableSchema> all() {
    return Tables.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyTableAndColumnHasAMeaning(TableSchema table) {
    assertThat(table.about()).isNotBlank().doesNotEndWith(".");
    assertThat(table.meanings())
        .hasSize(table.struct().size())
        .allSatisfy(
            column -> {
              assertThat(column.about()).as(column.name()).isNotBlank().doesNotEndWith(".");
              StructField field = table.struct().apply(column.name());
              assertThat(field.getComment().get()).isEqualTo(column.comment());
              assertThat(field.nullable()).as(column.name()).isEqualTo(column.absent().isPresent());
            });
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatAColumnRefersToIsThere(TableSchema table) {
    for (ColumnMeaning column : table.meanings()) {
      column
          .refers()
          .ifPresent(
              target -> {
                String[] place = target.split("\\.", 2);
                TableSchema other = Tables.named(place[0]).orElseThrow();
                assertThat(other.key()).as("%s.%s", table.name(), column.name()).contains(place[1]);
              });
    }
  }

  @Test
  void aCommentSaysAllThatAReaderNeeds() {
    ColumnMeaning radius = meaning(Tables.PREDICTIONS, "radius_50_km");
    assertThat(radius.comment())
        .isEqualTo(
            "Of the circle around the answer that is to hold the truth in 50 % of cases (calibrate) (km). Null: there is no answer, or no calibration");
    assertThat(meaning(Tables.LEAKAGE, "rule").comment())
        .isEqualTo(
            "What links an image to one of the benchmark. One of: copy, near_duplicate, cell, distance, sequence, author");
  }

  private static ColumnMeaning meaning(TableSchema table, String column) {
    return table.meanings().get(table.struct().fieldIndex(column));
  }

  @Test
  void parquetHasTheComments(@TempDir Path folder) {
    SparkSession spark = SparkFixture.session();
    TableStore tables = TableStore.open(spark, folder.toString());
    List<Row> rows = List.of(RowFactory.create(0, "read", 0L, 5L));
    tables.publish(Tables.FUNNEL, spark.createDataFrame(rows, Tables.FUNNEL.struct()));
    spark
        .read()
        .parquet(folder.resolve("tables/funnel").toString())
        .createOrReplaceTempView("any_reader");
    assertThat(
            spark.sql("DESCRIBE any_reader").collectAsList().stream()
                .map(row -> row.<String>getAs("comment")))
        .containsExactly(
            "Order, from 0",
            "read, unreadable (what ingest could not take), or a rule of rejections",
            "How many it took away",
            "How many were left");
  }
}
