package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.RunSettings;
import io.geolocsft.evaluate.Bootstrap;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Evaluation;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.ModelPair;
import io.geolocsft.evaluate.Slice;
import io.geolocsft.evaluate.SliceDimension;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;

class TestJudge {

  private static final int IMAGES = 4_000;

  private static final Evaluation EVALUATION =
      new Evaluation(
          Convention.named("pigeon"),
          new Bootstrap(400, 0.95, 7),
          true,
          20,
          List.of(new ModelPair("tuned", "base")));

  private final SparkSession spark = SparkFixture.session();

  @Test
  void countedAnswersHaveTheFiguresOfTheAnswers() {
    List<Figure> exact = figures(answers(), IMAGES);
    List<Figure> counted = figures(answers(), IMAGES - 1);
    assertThat(exact).hasSizeGreaterThan(500).hasSameSizeAs(counted);
    assertThat(counted.stream().map(figure -> figure.slice().dimension()).distinct())
        .containsExactly("", "region", "country", "population_density", "latitude");
    for (int i = 0; i < exact.size(); i++) {
      assertSame(exact.get(i), counted.get(i));
    }
  }

  private static void assertSame(Figure exact, Figure counted) {
    String name = exact + " and " + counted;
    assertThat(List.of(counted.model(), counted.metric(), counted.slice(), counted.n()))
        .isEqualTo(List.of(exact.model(), exact.metric(), exact.slice(), exact.n()));
    assertThat(counted.thresholdKm()).isEqualTo(exact.thresholdKm());
    assertThat(exact.resampling()).isEqualTo("exact");
    assertThat(counted.resampling()).isEqualTo("poisson");
    assertThat(counted.status()).isEqualTo(exact.status());
    assertThat(counted.pValue()).isEqualTo(exact.pValue());
    assertThat(counted.pValue().isPresent())
        .isEqualTo(counted.model().contains("minus") && counted.metric().equals("accuracy"));
    boolean isQuantile = exact.metric().matches("(p25|p75|p90|median)_error_km");
    if (!isQuantile) {
      assertThat(counted.value()).as(name).isCloseTo(exact.value(), within(1e-5));
      double width = exact.interval().high() - exact.interval().low();
      assertThat(counted.interval().high() - counted.interval().low())
          .as(name)
          .isBetween(0.6 * width - 0.01, 1.5 * width + 0.01);
    } else if (!exact.model().contains("minus") && exact.slice().equals(Slice.ALL)) {
      assertThat(counted.value()).as(name).isCloseTo(exact.value(), within(0.01 * exact.value()));
    }
  }

  @Test
  void howAnswersArePartitionedChangesNothing() {
    for (long limit : new long[] {IMAGES, 0}) {
      List<Figure> one = figures(answers().coalesce(1), limit);
      assertThat(figures(answers().repartition(5), limit)).isEqualTo(one);
    }
  }

  @Test
  void oneBenchmarkIsDrawnAndTheOtherCounted() {
    Dataset<Row> both =
        answers()
            .unionByName(answers().where("image_id < 'i0100'").withColumn("benchmark", lit("few")));
    Map<String, Long> images = new LinkedHashMap<>();
    images.put("photos", (long) IMAGES);
    images.put("few", 100L);
    List<Figure> figures = judge(1_000).figures(EVALUATION, both, images, counter());
    assertThat(figures.stream().map(figure -> figure.benchmark() + figure.resampling()).distinct())
        .containsExactly("photospoisson", "fewexact");
  }

  private List<Figure> figures(Dataset<Row> answers, long exactImages) {
    return judge(exactImages)
        .figures(EVALUATION, answers, Map.of("photos", (long) IMAGES), counter());
  }

  private static Judge judge(long exactImages) {
    return new Judge(new RunSettings("made", 7, "made-1"), SliceDimension.usual(), exactImages);
  }

  private LongAccumulator counter() {
    return spark.sparkContext().longAccumulator();
  }

  /** Of two models, some missing, by 700 authors; the tuned one is nearer. */
  private Dataset<Row> answers() {
    return spark
        .range(0, IMAGES, 1, 3)
        .selectExpr("id", "explode(array('base', 'tuned')) AS model")
        .selectExpr(
            "'photos' AS benchmark",
            "model",
            "format_string('i%04d', id) AS image_id",
            "pmod(xxhash64(id, 1), 160000) / 1000D - 80 AS truth_latitude",
            "pmod(xxhash64(id, 2), 360000) / 1000D - 180 AS truth_longitude",
            "pow(10, pmod(xxhash64(id, model, 3), 4000) / 1000D - IF(model = 'base', 2.9, 3.2)) AS off",
            "pmod(xxhash64(id, model, 4), 20) AS kind",
            "IF(id % 9 = 0, NULL, concat('author ', pmod(xxhash64(id, 5), 700))) AS author",
            "element_at(array('Africa', 'Asia', 'Europe', NULL), CAST(id % 4 + 1 AS INT)) AS region",
            "concat('C', id % 30) AS country",
            "pow(10, pmod(xxhash64(id, 6), 4500) / 1000D - 1) AS population_density")
        .selectExpr(
            "*",
            "off < 1 AND kind > 1 AS same_country",
            "IF(kind % 3 = 0, NULL, off < 0.1 AND kind > 1) AS same_admin1",
            "off < 0.01 AND kind > 1 AS same_place",
            "IF(kind > 1, off < 0.5, NULL) AS within_radius_50",
            "IF(kind > 1, off < 50, NULL) AS within_radius_90",
            "IF(kind < 2, NULL, greatest(-90D, truth_latitude - off)) AS latitude",
            "IF(kind < 2, NULL, truth_longitude) AS longitude",
            "CASE kind WHEN 0 THEN 'no_answer' WHEN 1 THEN 'no_coordinates' WHEN 2 THEN 'lenient' ELSE 'strict' END AS parse_status");
  }
}
