package io.geolocsft.stage.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.config.ConfigFixture;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.stage.MadeRun;
import io.geolocsft.table.Tables;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestAblate {

  @TempDir private Path folder;
  @TempDir private Path otherFolder;

  private MadeRun ablated(String variants) throws Exception {
    String runs = "[{name: other, output: '%s'}]".formatted(otherFolder.resolve("out"));
    MadeRun run =
        new MadeRun(
                folder,
                "infer.candidates=4",
                "ablation.runs=" + runs,
                "ablation.variants=" + variants)
            .withImages()
            .withSeveralCandidates(UnaryOperator.identity());
    new Ablate(List.of()).run(run.context());
    return run;
  }

  private static double distance(MadeRun run, String variant) {
    return run.tables
        .read(Tables.ABLATION_PREDICTIONS)
        .where("benchmark = 'photos' AND model = '%s'".formatted(variant))
        .selectExpr("avg(distance_km)")
        .first()
        .getDouble(0);
  }

  @Test
  void variantsAreMadeOfTheRunsCandidates() throws Exception {
    MadeRun run =
        ablated(
            "[{name: one, candidates: 1, aggregation: first},"
                + " {name: two, candidates: 2, aggregation: mean},"
                + " {name: all, aggregation: mean},"
                + " {name: near, models: [neighbours], candidates: 1, aggregation: first},"
                + " {name: both, models: [neighbours, tuned], candidates: 1, aggregation: first}]");
    double degree = 6371.0088 * Math.PI / 180;
    // Eight degrees south, then half a degree north, then 10.5: their mean is one degree north.
    assertThat(distance(run, "one")).isCloseTo(8 * degree, within(1.0));
    assertThat(distance(run, "two")).isCloseTo(3.75 * degree, within(1.0));
    assertThat(distance(run, "all")).isCloseTo(degree, within(1.0));
    // The nearest selected image lies ten degrees south and one west.
    assertThat(distance(run, "near")).isBetween(10 * degree, 10.1 * degree);
    assertThat(distance(run, "both")).isEqualTo(distance(run, "near"));
    assertThat(
            run
                .tables
                .read(Tables.ABLATION_PREDICTIONS)
                .groupBy("model")
                .max("candidates")
                .orderBy("model")
                .collectAsList()
                .stream()
                .map(Row::toString))
        .containsExactly("[all,3]", "[both,2]", "[near,1]", "[one,1]", "[two,2]");
  }

  @Test
  void variantsAreComparedWithTheFirst() throws Exception {
    MadeRun run =
        ablated("[{name: one, candidates: 1, aggregation: first}, {name: all, aggregation: mean}]");
    List<Row> gain =
        run.tables
            .read(Tables.ABLATION)
            .where("metric = 'accuracy' AND threshold_km = 200 AND benchmark = 'photos'")
            .select("model", "value", "settings")
            .orderBy("model")
            .collectAsList();
    assertThat(gain.stream().map(Row::toString))
        .containsExactly(
            "[all,1.0,4 of tuned, aggregation=mean]",
            "[all_minus_one,1.0,null]",
            "[one,0.0,1 of tuned, aggregation=first]");
    assertThat(
            run.tables
                .read(Tables.ABLATION)
                .where("model = 'all_minus_one' AND metric = 'accuracy' AND p_value < 0.01")
                .count())
        .isPositive();
  }

  @Test
  void variantsTakeCandidatesOfOtherRuns() throws Exception {
    new MadeRun(otherFolder).withImages().withCandidates();
    MadeRun run =
        ablated(
            "[{name: own, aggregation: mean},"
                + " {name: other, models: [other.tuned], aggregation: first},"
                + " {name: both, models: [tuned, other.tuned], candidates: 1, aggregation: mean},"
                + " {name: near, models: [other.neighbours], candidates: 1, aggregation: first}]");
    double degree = 6371.0088 * Math.PI / 180;
    assertThat(distance(run, "other")).isCloseTo(degree, within(1.0));
    // Eight degrees south here, one degree north there.
    assertThat(distance(run, "both")).isCloseTo(3.5 * degree, within(1.0));
    assertThat(distance(run, "near")).isBetween(10 * degree, 10.1 * degree);
    assertThat(
            run.tables
                .read(Tables.ABLATION)
                .where("settings IS NOT NULL")
                .select("settings")
                .distinct()
                .orderBy("settings")
                .as(Encoders.STRING())
                .collectAsList())
        .contains(
            "1 of tuned, 1 of other.tuned, aggregation=mean",
            "all of other.tuned, aggregation=first");
  }

  @Test
  void anotherRunWithoutAllAnswersIsRefused() throws Exception {
    new MadeRun(otherFolder).withImages().withCandidates();
    assertThatThrownBy(() -> ablated("[{name: other, models: [other.base]}]"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "other.base has no answers for 2 of 20 images, such as photos/9 of photos: both runs need the same benchmarks, and the other one this model in infer.models");
  }

  @Test
  void anotherRunWithoutTheTableIsSaidBeforeTheRun() throws Exception {
    PipelineConfig config =
        ConfigFixture.with(
            "ablation.runs=[{name: a, output: /none}]",
            "ablation.variants=[{name: x, models: [a.tuned]}]");
    assertThatThrownBy(() -> new Ablate(List.of()).externalInputs(config))
        .isInstanceOf(ConfigException.class)
        .hasMessage("ablation.runs: a has no table candidates in /none: run infer there first");
  }

  @Test
  void whatAnotherRunAnswersNewIsNoticed() throws Exception {
    MadeRun other = new MadeRun(otherFolder).withImages().withCandidates();
    PipelineConfig config =
        ConfigFixture.with(
            "ablation.runs=[{name: a, output: '%s'}]".formatted(otherFolder.resolve("out")),
            "ablation.variants=[{name: x, models: [a.tuned]}]");
    assertThat(new Ablate(List.of()).externalInputs(config))
        .containsEntry("a candidates", other.tables.manifest("candidates").orElseThrow().id());
  }

  @Test
  void withoutVariantsTheTablesAreEmpty() throws Exception {
    MadeRun run = ablated("[]");
    assertThat(run.tables.read(Tables.ABLATION).count()).isZero();
    assertThat(run.tables.read(Tables.ABLATION_PREDICTIONS).count()).isZero();
  }
}
