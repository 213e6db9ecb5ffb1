package io.geolocsft.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.SparkFixture;
import io.geolocsft.evaluate.BenchmarkImage;
import io.geolocsft.evaluate.Comparison;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Metric;
import io.geolocsft.evaluate.Outcomes;
import io.geolocsft.evaluate.Prediction;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** The evaluator on more rows than come to the driver. */
class TestCountedAnswers {

  private static final int ROWS = Evaluation.EXACT_IMAGES + 5_000;

  private final Dataset<Row> answers =
      SparkFixture.session()
          .range(0, ROWS, 1, 3)
          .selectExpr(
              "pmod(xxhash64(id), 160000) / 1000D - 80 AS latitude",
              "0D AS longitude",
              "IF(id % 11 = 0, NULL, pmod(xxhash64(id), 160000) / 1000D - 80) AS answer_latitude",
              "pow(10, pmod(xxhash64(id, 1), 5000) / 1000D - 3) AS answer_longitude");

  @Test
  void figuresAreThoseOfTheRows() {
    Convention plonk = Convention.named("plonk");
    List<Row> rows = answers.collectAsList();
    Outcomes all =
        Outcomes.of(
            plonk,
            rows.stream().map(row -> BenchmarkImage.of("", CountedAnswers.truth(row))).toList(),
            rows.stream().map(CountedAnswers::prediction).toList());
    double[] once = new double[rows.size()];
    Arrays.fill(once, 1);
    GeolocationEvaluator evaluator = new GeolocationEvaluator().setConvention("plonk");
    // 333 km is no threshold of the convention.
    assertThat(evaluator.setThresholdKm(333).evaluate(answers))
        .isEqualTo(new Metric.Accuracy(Comparison.LESS, 333).value(all.weighted(once)));
    for (Metric metric : Metric.all(plonk)) {
      if (metric.thresholdKm().isEmpty()) {
        double exact = metric.value(all.weighted(once));
        assertThat(evaluator.setMetricName(metric.name()).evaluate(answers))
            .as(metric.name())
            .isCloseTo(exact, within(metric.name().contains("_error_km") ? 0.005 * exact : 1e-5));
      }
    }
  }

  @Test
  void howRowsArePartitionedChangesNothing() {
    GeolocationEvaluator evaluator = new GeolocationEvaluator().setMetricName("mean_error_km");
    assertThat(evaluator.evaluate(answers.repartition(7))).isEqualTo(evaluator.evaluate(answers));
  }

  @Test
  void aRowWithoutTruthIsRefused() {
    Dataset<Row> wrong =
        answers.unionByName(
            answers
                .limit(1)
                .selectExpr(
                    "CAST(NULL AS DOUBLE) AS latitude",
                    "longitude",
                    "answer_latitude",
                    "answer_longitude"));
    assertThatThrownBy(() -> new GeolocationEvaluator().evaluate(wrong))
        .isInstanceOf(SparkException.class)
        .hasStackTraceContaining("A row has no true coordinates");
  }

  @Test
  void missingAnswersAreCounted() {
    assertThat(CountedAnswers.prediction(answers.where("answer_latitude IS NULL").first()))
        .isEqualTo(Prediction.NONE);
  }
}
