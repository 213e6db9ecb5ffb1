package io.geolocsft.stage.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.stage.MadeRun;
import io.geolocsft.table.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestEvaluate {

  /** One degree on the default sphere, in km. */
  private static final double DEGREE_KM = Math.PI * 6371.0088 / 180;

  @TempDir Path folder;

  @Test
  void judgesModelsAndReferences() throws Exception {
    MadeRun run = new MadeRun(folder).withImages().withCandidates();
    List<String> told = new ArrayList<>();
    new Evaluate().run(run.context(told));

    assertThat(value(run, "photos", "tuned", "accuracy", 200.0)).isEqualTo(1);
    assertThat(value(run, "photos", "tuned", "median_error_km", null))
        .isCloseTo(DEGREE_KM, within(1e-6));
    // Eight of ten are ten degrees off; one could not be read and one has no row.
    assertThat(value(run, "photos", "base", "accuracy", 2500.0)).isEqualTo(0.8);
    assertThat(value(run, "photos", "base", "missing_share", null)).isEqualTo(0.2);
    assertThat(value(run, "photos", "base", "parse_failure_share", null)).isEqualTo(0.1);
    assertThat(value(run, "photos", "tuned_minus_base", "accuracy", 2500.0))
        .isCloseTo(0.2, within(1e-12));
    assertThat(
            run.tables.read(Tables.METRICS).select("slice").distinct().collectAsList().stream()
                .map(row -> row.getString(0)))
        .containsExactlyInAnyOrder(
            "all",
            "region=Africa",
            "country=TD",
            "country=SD",
            "population_density=1 to 10",
            "latitude=0 to 30N",
            "latitude=30S to 0");
    assertThat(told).singleElement().asString().contains("photos", "sparse", "100.0 %", "tuned");
  }

  @Test
  void aModelIsComparedWithTheOneThatWasAskedBeforeIt() throws Exception {
    MadeRun run =
        new MadeRun(
                folder,
                "grpo.epochs=1",
                "infer.models=[base, rewarded]",
                "ablation.variants=[]",
                "evaluate.references=[]")
            .withImages()
            .withCandidates();
    new Evaluate().run(run.context());
    assertThat(value(run, "photos", "rewarded_minus_base", "accuracy", 2500.0))
        .as("none of its answers is there")
        .isCloseTo(-0.8, within(1e-12));
  }

  @Test
  void benchmarksAreSlicedByAnyColumn() throws Exception {
    MadeRun run =
        new MadeRun(
                folder,
                "evaluate.slices=[author, population_density_decile, nearest_place_km, width]",
                "evaluate.min_slice=1",
                "evaluate.references=[]")
            .withImages()
            .withCandidates();
    new Evaluate().run(run.context());
    Dataset<Row> shares =
        run.tables
            .read(Tables.METRICS)
            .where("benchmark = 'photos' AND model = 'tuned' AND metric = 'missing_share'");
    List<String> expected = new ArrayList<>(List.of("[all,10]"));
    for (int author = 0; author < 5; author++) {
      expected.add("[author=author %s,2]".formatted(author));
    }
    for (int decile = 1; decile <= 10; decile++) {
      expected.add("[population_density_decile=%s,1]".formatted(decile));
    }
    expected.add("[width=0,10]");
    assertThat(shares.select("slice", "n").collectAsList().stream().map(Row::toString))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void answersLieInCountriesAndAtPlaces() throws Exception {
    MadeRun run = new MadeRun(folder, "evaluate.references=[]").withImages().withCandidates();
    new Evaluate().run(run.context());
    Dataset<Row> predictions = run.tables.read(Tables.PREDICTIONS).where("benchmark = 'photos'");
    // One degree north of 20 N, 1 to 46 E: from Mali to the Red Sea's other shore.
    assertThat(
            predictions
                .where("model = 'tuned'")
                .orderBy("truth_longitude")
                .select("answer_country")
                .collectAsList()
                .stream()
                .map(row -> String.valueOf(row.get(0))))
        .containsExactly("ML", "DZ", "NE", "TD", "LY", "SD", "SD", "SD", "SA", "SA");
    assertThat(predictions.where("latitude IS NULL AND same_country").count()).isZero();
    assertThat(predictions.where("same_admin1 IS NOT NULL").count()).isZero();
    // Said to lie in Chad, the first five, and in Sudan.
    assertThat(predictions.where("model = 'tuned' AND same_country").count()).isEqualTo(4);
    assertThat(value(run, "photos", "tuned", "country_accuracy", null)).isEqualTo(0.4);
    assertThat(value(run, "photos", "base", "place_accuracy", null)).isZero();
    assertThat(run.tables.read(Tables.METRICS).where("metric = 'admin1_accuracy'").count())
        .as("no truth has a province")
        .isZero();
  }

  @Test
  void whatIsNoColumnIsToldWithThoseThereAre() throws Exception {
    MadeRun run =
        new MadeRun(folder, "evaluate.slices=[region, climate]", "evaluate.references=[]")
            .withImages()
            .withCandidates();
    assertThatThrownBy(() -> new Evaluate().run(run.context()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no column 'climate'")
        .hasMessageContaining("admin1");
  }

  @Test
  void theNearestInPixelsIsTheNearestInGrey() throws Exception {
    MadeRun run = new MadeRun(folder).withImages().withCandidates();
    new Evaluate().run(run.context());
    Dataset<Row> references = run.tables.read(Tables.REFERENCE_PREDICTIONS);
    assertThat(references.count()).isEqualTo(3 * 2 * 10);
    List<Row> nearest =
        references
            .where("model = 'pixel_nearest_neighbour' and benchmark = 'photos'")
            .orderBy("longitude")
            .collectAsList();
    // An image at longitude 5 i + 1 is nearest to the selected one at 5 i.
    for (int i = 0; i < 10; i++) {
      assertThat(nearest.get(i).<Double>getAs("latitude")).isEqualTo(10);
      assertThat(nearest.get(i).<Double>getAs("longitude")).isEqualTo(5.0 * i);
    }
    Row mean = references.where("model = 'mean_point'").first();
    assertThat(mean.<Double>getAs("longitude")).isCloseTo(27.5, within(1e-6));
    assertThat(mean.<Double>getAs("distance_km")).isPositive();
  }

  @Test
  void theNearestByFeaturesIsTheFirstNeighbour() throws Exception {
    MadeRun run =
        new MadeRun(folder, "evaluate.references=[feature_nearest_neighbour]")
            .withImages()
            .withCandidates();
    new Evaluate().run(run.context());
    List<Row> nearest =
        run.tables
            .read(Tables.REFERENCE_PREDICTIONS)
            .where("model = 'feature_nearest_neighbour' and benchmark = 'sparse'")
            .orderBy("longitude")
            .collectAsList();
    assertThat(nearest).hasSize(10);
    for (int i = 0; i < 10; i++) {
      assertThat(nearest.get(i).<Double>getAs("latitude")).isEqualTo(10);
      assertThat(nearest.get(i).<Double>getAs("longitude")).isEqualTo(5.0 * i);
    }
  }

  @Test
  void radiiHoldTheTruthOrNot() throws Exception {
    MadeRun run = new MadeRun(folder, "evaluate.references=[]").withImages().withCandidates();
    new Evaluate().run(run.context());
    // A degree off: beyond 50 km and within 200. The base model was not calibrated.
    assertThat(value(run, "photos", "tuned", "radius_50_coverage", null)).isZero();
    assertThat(value(run, "photos", "tuned", "radius_90_coverage", null)).isEqualTo(1);
    Dataset<Row> predictions = run.tables.read(Tables.PREDICTIONS);
    assertThat(predictions.where("model = 'tuned' AND radius_90_km = 200").count()).isEqualTo(20);
    assertThat(predictions.where("model = 'base' AND radius_50_km IS NOT NULL").count()).isZero();
    assertThat(
            run.tables
                .read(Tables.METRICS)
                .where("model = 'base' AND metric LIKE 'radius%'")
                .count())
        .isZero();
  }

  @Test
  void imagesAreNotReadAgain() throws Exception {
    MadeRun run = new MadeRun(folder).withImages().withCandidates();
    run.deleteImage("photos", 3);
    run.deleteImage("train", 2);
    new Evaluate().run(run.context());
    assertThat(value(run, "photos", "pixel_nearest_neighbour", "missing_share", null)).isZero();
  }

  @Test
  void candidatesBecomeOneAnswerEach() throws Exception {
    MadeRun run =
        new MadeRun(
                folder,
                "evaluate.references=[]",
                "infer.aggregation=mean",
                "evaluate.distance=sphere_6371")
            .withImages();
    List<Row> candidates = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      Map<String, Object> values = new HashMap<>();
      values.put("benchmark", "photos");
      values.put("model", "base");
      values.put("image_id", MadeRun.id("photos", 0));
      values.put("k", k);
      values.put("latitude", 20.0);
      values.put("longitude", 1.0 + k);
      values.put("log_probability", -1.0);
      values.put("parse_status", "strict");
      candidates.add(MadeRun.row(Tables.CANDIDATES, values));
    }
    run.publish(Tables.CANDIDATES, candidates);
    new Evaluate().run(run.context());
    Dataset<Row> predictions = run.tables.read(Tables.PREDICTIONS);
    // Two models are asked about ten images in each of two benchmarks.
    assertThat(predictions.count()).isEqualTo(40);
    assertThat(predictions.where("parse_status = 'no_answer'").count()).isEqualTo(39);
    Row answer = predictions.where("candidates = 3").first();
    assertThat(answer.<Double>getAs("longitude")).isCloseTo(2, within(1e-9));
    assertThat(answer.<Double>getAs("distance_km"))
        .isCloseTo(DEGREE_KM * 6371 / 6371.0088 * Math.cos(Math.toRadians(20)), within(0.1));
  }

  @Test
  void peersConventionsAreMeasuredAsWell() throws Exception {
    MadeRun run =
        new MadeRun(folder, "evaluate.conventions=[pigeon, geolocsft]", "evaluate.references=[]")
            .withImages()
            .withCandidates();
    new Evaluate().run(run.context());
    assertThat(
            run
                .tables
                .read(Tables.METRICS)
                .where("metric = 'accuracy' and model = 'tuned' and slice = 'all'")
                .groupBy("convention")
                .count()
                .collectAsList()
                .stream()
                .map(Row::toString))
        .containsExactlyInAnyOrder("[geolocsft,10]", "[pigeon,20]");
    assertThat(run.tables.read(Tables.REFERENCE_PREDICTIONS).count()).isZero();
  }

  @Test
  void withoutResamplesThereAreNoIntervals() throws Exception {
    MadeRun run =
        new MadeRun(folder, "evaluate.bootstrap_samples=0", "evaluate.references=[mean_point]")
            .withImages()
            .withCandidates();
    new Evaluate().run(run.context());
    assertThat(run.tables.read(Tables.METRICS).where("ci_low is not null").count()).isZero();
    assertThat(run.tables.read(Tables.METRICS).where("value is null").count()).isZero();
  }

  @Test
  void aRerunGivesTheSameFigures() throws Exception {
    MadeRun run =
        new MadeRun(folder, "evaluate.references=[mean_point]").withImages().withCandidates();
    new Evaluate().run(run.context());
    List<Row> first = run.tables.read(Tables.METRICS).collectAsList();
    run.spark.conf().set("spark.sql.shuffle.partitions", "7");
    try {
      new Evaluate().run(run.context());
    } finally {
      run.spark.conf().set("spark.sql.shuffle.partitions", "3");
    }
    assertThat(run.tables.read(Tables.METRICS).collectAsList()).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unknown image", "twice", "no point", "no benchmark"})
  void whatDoesNotFitIsRefused(String wrong) throws Exception {
    MadeRun run = new MadeRun(folder, "evaluate.references=[]").withImages();
    Map<String, Object> answer =
        new HashMap<>(
            Map.of(
                "benchmark",
                "photos",
                "model",
                "tuned",
                "image_id",
                wrong.equals("unknown image") ? "x" : MadeRun.id("photos", 0),
                "latitude",
                wrong.equals("no point") ? 91.0 : 1.0,
                "longitude",
                1.0,
                "log_probability",
                -1.0));
    Row row = MadeRun.row(Tables.CANDIDATES, answer);
    run.publish(Tables.CANDIDATES, wrong.equals("twice") ? List.of(row, row) : List.of(row));
    if (wrong.equals("no benchmark")) {
      run.publish(
          Tables.BINNED,
          run.tables.read(Tables.BINNED).where(col("split").equalTo("train")).collectAsList());
    }
    assertThatThrownBy(() -> new Evaluate().run(run.context()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("again");
  }

  private static double value(
      MadeRun run, String benchmark, String model, String metric, Double km) {
    return run.tables
        .read(Tables.METRICS)
        .where(col("slice").equalTo("all").and(col("benchmark").equalTo(benchmark)))
        .where(col("model").equalTo(model).and(col("metric").equalTo(metric)))
        .where(km == null ? col("threshold_km").isNull() : col("threshold_km").equalTo(km))
        .select("value")
        .first()
        .getDouble(0);
  }
}
