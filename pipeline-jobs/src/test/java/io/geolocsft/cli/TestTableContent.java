package io.geolocsft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.SparkFixture;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class TestTableContent {

  private final SparkSession spark = SparkFixture.session();

  private TableContent content(String rows) {
    return TableContent.of(
        spark.sql(
            "SELECT col1 AS id, col2 AS km, struct(col3 AS word) AS inner FROM VALUES " + rows),
        "/here");
  }

  @Test
  void tellsWhichColumnsDiffer() {
    TableContent one = content("('a', 1D, '/here/x'), ('b', 2D, 'y')");
    assertThat(one.differences(content("('b', 2D, 'y'), ('a', 1.0000001D, '/x')"))).isEmpty();
    assertThat(one.differences(content("('a', 2D, '/x'), ('b', 1D, 'y')")))
        .isEqualTo(List.of("km"));
    assertThat(one.differences(content("('a', 1D, '/x'), ('b', 2D, 'z')")))
        .isEqualTo(List.of("inner.word"));
    assertThat(one.differences(content("('a', 1D, '/x')")))
        .containsExactly("id", "inner.word", "km", "rows");
    assertThat(one.differences(content("('a', 1D, '/x'), ('b', CAST(NULL AS DOUBLE), 'y')")))
        .isEqualTo(List.of("km"));
  }
}
