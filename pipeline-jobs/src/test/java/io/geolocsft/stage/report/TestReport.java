package io.geolocsft.stage.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.stage.MadeRun;
import io.geolocsft.stage.evaluate.Ablate;
import io.geolocsft.stage.evaluate.Evaluate;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestReport {

  @TempDir Path folder;

  @Test
  void showsWhatTheTablesHold() throws Exception {
    MadeRun run = made(UnaryOperator.identity());
    List<String> told = new ArrayList<>();
    new Report().run(run.context(told));
    Document page = page(run);
    assertThat(page.title()).isEqualTo("GeoLocSFT quickstart");
    assertThat(page.select("#results caption strong").eachText())
        .containsExactly("Photos", "Sparse");
    assertThat(page.select("#selection table:not(.funnel) tbody tr").eachText())
        .first()
        .asString()
        .startsWith("Selection 12 3 0.500");
    assertThat(page.select("#selection table.funnel tbody tr").eachText())
        .containsExactly(
            "Read \u2013 25",
            "Unreadable or without a place \u22121 24",
            "Blurred \u22123 21",
            "Not drawn \u22129 12");
    assertThat(page.select("#slices tbody th bdi").eachText()).contains("Chad", "Sudan");
    assertThat(page.select("#ablation caption strong").eachText())
        .containsExactly("Photos", "Sparse");
    assertThat(page.select("#ablation tbody th small").eachText())
        .contains("8 of tuned, aggregation=mean");
    assertThat(page.select("#calibration tbody tr").get(0).text())
        .isEqualTo("Fine-tuned, catalogue \u2013 87.5\u202F%");
    assertThat(page.select("#training .intro").text()).contains("60 steps over 6 epochs", "1.750");
    assertThat(page.select("article.card img")).hasSize(2 * 2 * 2);
    assertThat(page.select("article.card .wrote").eachText())
        .contains("answer 1")
        .allMatch(text -> text.startsWith("answer "));
    assertThat(page.select("article.card .made").eachText())
        .hasSize(2 * 2 * 2)
        .containsOnly("Made of 3 candidates; the nearest, 55\u202Fkm away:");
    assertThat(page.select("#errors svg.arcs")).hasSize(4);
    assertThat(page.select("#methods li").text()).contains("50 bootstrap resamples of the authors");
    assertThat(page.select("table.stages tbody th").eachText())
        .containsExactlyInAnyOrder(
            "ingest", "bin", "select", "sft", "neighbours", "infer", "calibrate", "evaluate");
    assertThat(page.select("pre").text()).contains("name: quickstart");
    assertThat(told).singleElement().asString().endsWith("report/report.html");
  }

  @Test
  void hostileTextStaysTextAndAMissingImageIsNoReasonNotToReport() throws Exception {
    MadeRun run = made(text -> "<script>alert('" + text + "')</script>");
    for (int i = 0; i < 10; i++) {
      run.deleteImage("photos", i);
    }
    new Report().run(run.context());
    Document page = page(run);
    assertThat(page.select("script")).hasSize(1);
    assertThat(page.select("article.card .wrote").eachText())
        .contains("<script>alert('answer 1')</script>");
    assertThat(page.select(".nopicture")).hasSize(2 * 2);
  }

  private MadeRun made(UnaryOperator<String> text) throws Exception {
    MadeRun run =
        new MadeRun(folder, "report.examples=4", "infer.aggregation=mean")
            .withImages()
            .withSeveralCandidates(text)
            .withTheRest(text);
    new Evaluate().run(run.context());
    new Ablate(List.of()).run(run.context());
    return run;
  }

  private static Document page(MadeRun run) throws Exception {
    Path file =
        Path.of(URI.create(run.tables.directory(Report.FOLDER).orElseThrow().folder()))
            .resolve(Report.PAGE);
    return Jsoup.parse(Files.readString(file));
  }
}
