package io.geolocsft.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.SparkFixture;
import io.geolocsft.config.ConfigReader;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.image.naming.IdRule;
import io.geolocsft.stage.FigureRows;
import io.geolocsft.stage.MadeRun;
import io.geolocsft.stage.evaluate.Evaluate;
import io.geolocsft.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestFileJudge {

  private static final String AREAS = "(country|admin1)_accuracy|radius_.*";

  @TempDir private Path folder;

  /** The predictions of a run, against its images in a file of one's own: the figures are equal. */
  @Test
  void theFiguresAreThoseOfEvaluate() throws Exception {
    MadeRun run =
        new MadeRun(folder, "evaluate.conventions=[geoclip]", "evaluate.references=[]")
            .withImages()
            .withCandidates();
    new Evaluate().run(run.context());
    List<Figure> expected =
        run
            .tables
            .read(Tables.METRICS)
            .where("benchmark = 'photos' AND slice = 'all'")
            .collectAsList()
            .stream()
            .map(FigureRows::figure)
            .filter(figure -> !figure.metric().matches(AREAS))
            .toList();

    JudgedFiles judged =
        judge(
            new InputFile(truth(run), Map.of(), Optional.empty()),
            new InputFile(
                folder.resolve("out/tables/predictions").toString(), Map.of(), Optional.empty()));
    InputFile output = new InputFile(folder.resolve("out").toString(), Map.of(), Optional.empty());
    assertThat(judge(output, output).figures()).isEqualTo(judged.figures());
    assertThat(judged.files().get(0).rule()).isEqualTo(IdRule.EXACT);
    assertThat(judged.files().get(0).unknown()).isZero();
    assertThat(judged.models()).containsExactly("base", "tuned");
    // The run's countries are made up, these are found on the map; other programs tell no radii.
    assertThat(judged.figures().stream().filter(figure -> !figure.metric().matches(AREAS)).toList())
        .hasSizeGreaterThan(80)
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "photo"})
  void whatARunTrainsOnIsNoBenchmark(String benchmark) throws Exception {
    MadeRun run = new MadeRun(folder, "evaluate.references=[]").withImages().withCandidates();
    new Evaluate().run(run.context());
    InputFile output = new InputFile(folder.resolve("out").toString(), Map.of(), Optional.empty());
    assertThatThrownBy(() -> judge(output, output, benchmark))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("several benchmarks")
        .hasMessageContaining("photos")
        .hasMessageNotContaining("train");
  }

  private JudgedFiles judge(InputFile truth, InputFile predictions) {
    return judge(truth, predictions, "photos");
  }

  private JudgedFiles judge(InputFile truth, InputFile predictions, String benchmark) {
    PipelineConfig config =
        ConfigReader.parse(
            "{run: {name: judged}, ingest: {images: .}, model: {path: .}}",
            "evaluate.bootstrap_samples=50");
    return new FileJudge(SparkFixture.session(), config, total -> done -> {})
        .judge(
            new JudgeRequest(truth, List.of(predictions), benchmark, List.of()),
            List.of(Convention.standard(), Convention.named("geoclip")));
  }

  private String truth(MadeRun run) throws IOException {
    StringBuilder text = new StringBuilder("image,lat,lon,author\n");
    for (Row row : run.tables.read(Tables.BINNED).where("split = 'photos'").collectAsList()) {
      text.append(row.<String>getAs("image_id")).append(',');
      text.append(row.<Double>getAs("latitude")).append(',');
      text.append(row.<Double>getAs("longitude")).append(',');
      text.append(row.<String>getAs("author")).append('\n');
    }
    return Files.writeString(folder.resolve("truth.csv"), text).toString();
  }
}
