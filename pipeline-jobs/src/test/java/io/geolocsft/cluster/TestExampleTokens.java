package io.geolocsft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.failure.DataException;
import io.geolocsft.grpo.LocatedExample;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.jdk.javaapi.CollectionConverters;

class TestExampleTokens {

  private static Row row(List<Integer> tokens, Integer targets, Double latitude, Double longitude) {
    return RowFactory.create(
        "a",
        "file:/a",
        "0",
        1,
        tokens == null ? null : CollectionConverters.asScala(tokens),
        targets,
        latitude,
        longitude);
  }

  @Test
  void aRowIsWhatARankLearnsFrom() {
    LocatedExample read = ExampleTokens.located(row(List.of(1, 2, 3), 1, -90.0, 180.0));
    assertThat(read.example().targetStart()).isEqualTo(2);
    assertThat(read.truth().latitude()).isEqualTo(-90);
  }

  @ParameterizedTest
  @CsvSource({
    "true, 1, 91, 0, Image a: Not a point on Earth: latitude 91.0",
    "true, 1, 0, NaN, longitude NaN",
    "true, 1, , 0, The row of image a has no latitude",
    "true, , 0, 0, The row of image a has no target_tokens",
    "false, 1, 0, 0, The row of image a has no token_ids",
    "true, 0, 0, 0, prompt or target is empty",
    "true, 4, 0, 0, prompt or target is empty"
  })
  void whatNothingCanBeLearnedFromIsNamed(
      boolean hasTokens, Integer targets, Double latitude, Double longitude, String problem) {
    Row row = row(hasTokens ? List.of(1, 2, 3) : null, targets, latitude, longitude);
    assertThatThrownBy(() -> ExampleTokens.located(row))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(problem);
  }
}
