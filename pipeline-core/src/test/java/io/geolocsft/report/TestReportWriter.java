package io.geolocsft.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Slice;
import io.geolocsft.report.RunFacts.Fact;
import io.geolocsft.report.RunFacts.StageTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestReportWriter {

  private static final ReportData SMALL = MadeReport.small();

  @Test
  void holdsEveryPart(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("report.html");
    ReportWriter.write(file, SMALL);
    Document page = Jsoup.parse(Files.readString(file));
    assertThat(page.title()).isEqualTo(SMALL.title());
    assertThat(page.select("main > section").eachAttr("id"))
        .containsExactly(
            "results", "errors", "selection", "training", "slices", "answers", "run", "methods");
    assertThat(page.select("table.results")).hasSize(2);
    assertThat(page.select("table.results").get(0).select("tbody th").eachText())
        .containsExactly(
            "Fine-tuned",
            "Base",
            "Pixel nearest neighbour",
            "Mean point",
            "Fine-tuned \u2212 base");
    assertThat(page.select("svg.arcs")).hasSize(4);
    assertThat(page.select("svg.density path.hex")).isNotEmpty();
    assertThat(page.select("article.card img")).hasSize(4);
    assertThat(page.select("pre").text()).contains("name: quickstart");
  }

  @Test
  void asksTheNetworkForNothing() {
    Document page = Jsoup.parse(ReportWriter.page(SMALL));
    for (Element element : page.getAllElements()) {
      for (Attribute attribute : element.attributes()) {
        if (Set.of("src", "href", "xlink:href", "action", "srcset", "data")
            .contains(attribute.getKey())) {
          assertThat(attribute.getValue()).matches("#[a-z]+|data:(image/jpeg;base64,.+|,)");
        }
      }
    }
    assertThat(page.select("style").html()).doesNotContain("url(", "@import");
    assertThat(page.select("link, iframe, object, embed, base"))
        .allMatch(element -> element.attr("rel").equals("icon"));
  }

  @Test
  void thePolicyAllowsOnlyItsOwnStyleAndScript() {
    Document page = Jsoup.parse(ReportWriter.page(SMALL));
    String policy = page.select("meta[http-equiv=Content-Security-Policy]").attr("content");
    assertThat(policy).startsWith("default-src 'none'").doesNotContain("unsafe");
    assertThat(policy).contains("style-src '" + hash(page.select("style")) + "'");
    assertThat(policy).contains("script-src '" + hash(page.select("script")) + "'");
    assertThat(page.select("[style]")).isEmpty();
  }

  @Test
  void canBeReadAloud() {
    Document page = Jsoup.parse(ReportWriter.page(SMALL));
    assertThat(page.select("html").attr("lang")).isEqualTo("en");
    assertThat(page.select("h1")).hasSize(1);
    assertThat(page.select("img:not([alt]), img[alt='']")).isEmpty();
    assertThat(page.select("svg:not([aria-hidden]):not([role=img][aria-label])")).isEmpty();
    assertThat(page.select("thead th:not([scope]), tbody th:not([scope])")).isEmpty();
    List<String> ids = page.select("[id]").eachAttr("id");
    assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
    assertThat(ids)
        .containsAll(
            page.select("a[href^=#], use[href]").eachAttr("href").stream()
                .map(href -> href.substring(1))
                .toList());
  }

  /** The same text in every place where a run can put one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)' x='",
        "</script></style></title><svg onload=alert(1)>",
        "javascript:alert(1)",
        "]]>--><iframe src=//example.org>",
        "{{constructor.constructor('alert(1)')()}}",
        "\u202Egpj.exe\0\ud800",
        "=HYPERLINK(\"http://example.org\")",
      })
  void hostileTextStaysText(String text) {
    Document plain = Jsoup.parse(ReportWriter.page(hostile("x")));
    String written = ReportWriter.page(hostile(text));
    Document page = Jsoup.parse(written);
    assertThat(page.getAllElements().stream().map(Element::tagName))
        .as("elements")
        .containsExactlyElementsOf(plain.getAllElements().stream().map(Element::tagName).toList());
    for (Element element : page.getAllElements()) {
      for (Attribute attribute : element.attributes()) {
        assertThat(attribute.getKey().toLowerCase(Locale.ROOT)).doesNotStartWith("on");
      }
    }
    assertThat(page.select("script")).hasSize(1);
    assertThat(page.select("script").html()).isEqualTo(plain.select("script").html());
    assertThat(written).doesNotContain("\u202E", "\0");
  }

  @Test
  void partsWithoutDataAreLeftOut() {
    ReportData empty =
        new ReportData(
            "Nothing yet",
            new RunFacts(List.of(), List.of(), ""),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    Document page = Jsoup.parse(ReportWriter.page(empty));
    assertThat(page.select("main > section, nav a, .key")).isEmpty();
    assertThat(page.title()).isEqualTo("Nothing yet");
  }

  @Test
  void theSameDataGivesTheSamePage() {
    assertThat(ReportWriter.page(SMALL)).isEqualTo(ReportWriter.page(SMALL));
  }

  private static ReportData hostile(String text) {
    return new ReportData(
        text,
        new RunFacts(
            List.of(new Fact(text, text)), List.of(new StageTime(text, 1)), "key: " + text),
        List.of(new FunnelStep(text, 1, 2)),
        List.of(new SampleSpread(text, SMALL.spreads().get(0).diversity())),
        SMALL.catalogue(),
        SMALL.selection(),
        SMALL.training(),
        SMALL.figures().stream().map(figure -> renamed(figure, text)).toList(),
        SMALL.answers().stream()
            .map(
                set ->
                    set.model().equals("mean_point")
                        ? new AnswerSet(set.benchmark() + text, text, set.answers())
                        : new AnswerSet(set.benchmark() + text, set.model(), set.answers()))
            .toList(),
        SMALL.cards().stream()
            .map(
                card ->
                    new AnswerCard(
                        text,
                        text,
                        card.best(),
                        card.truth(),
                        card.answer(),
                        card.distanceKm(),
                        card.baseDistanceKm(),
                        text,
                        card.picture()))
            .toList(),
        List.of(text));
  }

  private static Figure renamed(Figure figure, String text) {
    return new Figure(
        figure.benchmark() + text,
        figure.model().equals("mean_point") ? text : figure.model(),
        text,
        figure.metric(),
        figure.thresholdKm(),
        figure.slice().equals(Slice.ALL)
            ? figure.slice()
            : new Slice(figure.slice().dimension(), figure.slice().value() + text),
        figure.value(),
        figure.interval(),
        figure.n());
  }

  private static String hash(Elements element) {
    return "sha256-"
        + BaseEncoding.base64()
            .encode(Hashing.sha256().hashString(element.first().data(), UTF_8).asBytes());
  }
}
