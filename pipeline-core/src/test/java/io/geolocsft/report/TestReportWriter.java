package io.geolocsft.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import io.geolocsft.InLocale;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Slice;
import io.geolocsft.published.PublishedResults;
import io.geolocsft.report.data.Ablation;
import io.geolocsft.report.data.AnswerCard;
import io.geolocsft.report.data.AnswerSet;
import io.geolocsft.report.data.CalibratedModel;
import io.geolocsft.report.data.FunnelStep;
import io.geolocsft.report.data.ReportData;
import io.geolocsft.report.data.RunFacts;
import io.geolocsft.report.data.RunFacts.Fact;
import io.geolocsft.report.data.RunFacts.StageTime;
import io.geolocsft.report.data.SampleSpread;
import io.geolocsft.report.data.TrainingStep;
import io.geolocsft.report.data.Variant;
import io.geolocsft.report.draw.Chart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
            "results",
            "errors",
            "ablation",
            "calibration",
            "selection",
            "training",
            "rewards",
            "slices",
            "answers",
            "run",
            "methods");
    assertThat(page.select("#results table.results")).hasSize(2);
    assertThat(page.select("#ablation table tbody th small").eachText())
        .contains("base, candidates=1, aggregation=first");
    assertThat(page.select("#calibration svg path.curve")).hasSize(1);
    assertThat(page.select("#calibration tbody tr").get(0).text())
        .isEqualTo("Fine-tuned, catalogue 51.0\u202F% 91.0\u202F%");
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
  void whatTrainingEndedWithStandsAboveAll() {
    ReportData made = MadeReport.rewarded();
    Document page = Jsoup.parse(ReportWriter.page(made));
    Figures figures = new Figures(made.figures());
    for (String benchmark : figures.benchmarks()) {
      Figure median =
          figures.find(benchmark, "rewarded", Figures.WHOLE, Figures.MEDIAN).orElseThrow();
      assertThat(page.select(".masthead .key strong").eachText())
          .contains(FigureText.value(median));
    }
    assertThat(page.select("#errors figcaption strong").eachText())
        .containsExactly("Base", "Trained by rewards", "Base", "Trained by rewards");
    assertThat(page.select("#slices thead th").eachText()).contains("Trained by rewards");
  }

  @Test
  void publishedResultsStandBeside() {
    Document page = Jsoup.parse(ReportWriter.page(MadeReport.small("im2gps3k", "sparse")));
    int published = PublishedResults.of("im2gps3k").size();
    assertThat(page.select("#results svg .published title").eachText())
        .hasSize(published)
        .contains("GeoCLIP, published");
    assertThat(page.select("#results tr.published")).hasSize(published);
    assertThat(page.select("#results tr.published small").eachText())
        .allMatch(text -> text.contains("images, not 40"));
    assertThat(page.select("#results .legend .published").text()).isEqualTo("published");
  }

  @ParameterizedTest
  @MethodSource("io.geolocsft.InLocale#others")
  void isTheSameInEveryLocale(Locale locale) throws Exception {
    String page = InLocale.call(locale, () -> ReportWriter.page(MadeReport.small()));
    assertThat(page)
        .isEqualTo(InLocale.call(Locale.ROOT, () -> ReportWriter.page(MadeReport.small())));
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
            Convention.standard(),
            List.of(),
            List.of(),
            List.of(),
            new Ablation(List.of(), List.of()),
            List.of(),
            List.of());
    Document page = Jsoup.parse(ReportWriter.page(empty));
    assertThat(page.select("main > section, nav a, .key")).isEmpty();
    assertThat(page.title()).isEqualTo("Nothing yet");
  }

  @Test
  void whatMayBeWiderThanAPhoneScrollsAndShowsIt() {
    Document page = Jsoup.parse(ReportWriter.page(SMALL));
    assertThat(page.select("table, svg.loss"))
        .hasSizeGreaterThan(6)
        .allSatisfy(
            wide ->
                assertThat(wide.parent().attributes().asList())
                    .extracting(Attribute::getKey, Attribute::getValue)
                    .contains(tuple("class", "scroll"), tuple("tabindex", "0"))
                    .extracting(each -> each.toList().get(0))
                    .contains("aria-label"));
    assertThat(page.select("style").html())
        .containsPattern("\\.scroll \\{[^}]*var\\(--shadow\\)[^}]*scroll;");
  }

  @Test
  void everyThresholdStandsOnTheAccuracyChart() {
    Document page = Jsoup.parse(ReportWriter.page(SMALL));
    assertThat(page.select("#results svg.chart"))
        .hasSize(2)
        .allSatisfy(
            chart -> {
              assertThat(chart.select("text").eachText())
                  .contains("1", "25", "200", "750", "2,500", "km between answer and truth");
              assertThat(chart.select("line.threshold")).hasSize(5);
            });
  }

  /** Also at the size that they have on a phone, where a chart shrinks and its letters do not. */
  @Test
  void noLabelOfAChartIsCut() {
    Document page = Jsoup.parse(ReportWriter.page(SMALL));
    assertThat(page.select("style").html())
        .contains(
            String.format(Locale.ROOT, ".label { font-size: %.0fpx; }", Chart.LARGEST_LETTERS));
    for (Element chart : page.select("svg.chart")) {
      String[] size = chart.attr("viewBox").split(" ");
      for (Element label : chart.select("text")) {
        double y = Double.parseDouble(label.attr("y"));
        double width = label.text().length() * 0.6 * Chart.LARGEST_LETTERS;
        double shift =
            Map.of("start", 0.0, "middle", 0.5, "end", 1.0).get(label.attr("text-anchor"));
        double left = Double.parseDouble(label.attr("x")) - shift * width;
        assertThat(left).as(label.text()).isNotNegative();
        assertThat(left + width).as(label.text()).isLessThan(Double.parseDouble(size[2]));
        assertThat(y - Chart.LARGEST_LETTERS).as(label.text()).isNotNegative();
        assertThat(y + Chart.LARGEST_LETTERS / 3)
            .as(label.text())
            .isLessThan(Double.parseDouble(size[3]));
      }
    }
  }

  @Test
  void stepsAndEpochsAreThoseOfTheTrainingNotOfItsLog() {
    assertThat(trained(new TrainingStep(1, 0.01, 2, 1e-3), new TrainingStep(510, 6, 1, 1e-5)))
        .startsWith("510 steps over 6 epochs; ");
    assertThat(trained(new TrainingStep(1, 1, 2, 1e-3))).startsWith("1 step over 1 epoch; ");
    assertThat(trained(new TrainingStep(1, 0.1, 2, 1e-3), new TrainingStep(24, 2.4, 2, 1e-3)))
        .startsWith("24 steps over 2.4 epochs; ");
  }

  @Test
  void rewardsAreDrawnAndToldOf() {
    Document page = Jsoup.parse(ReportWriter.page(SMALL));
    assertThat(page.select("#rewards p").text()).contains("86 steps over 2 epochs; ", "went from");
    assertThat(page.select("#rewards svg").text())
        .contains("mean reward", "entropy", "KL divergence");
    assertThat(page.select("#rewards path.m-near")).as("of held-out images").hasSize(1);
  }

  private static String trained(TrainingStep... steps) {
    return new TrainingSection(List.of(steps)).introduction().orElseThrow();
  }

  /** The contrast that WCAG 2.1 asks of text (4.5) and of marks in charts (3), in both themes. */
  @Test
  void textAndMarksStandOutFromThePaper() {
    String style = Jsoup.parse(ReportWriter.page(SMALL)).select("style").html();
    List<Map<String, String>> themes =
        List.of(colors(style, ":root {"), colors(style, ":root[data-theme=\"dark\"] {"));
    for (Map<String, String> theme : themes) {
      for (String paper : List.of("paper", "panel")) {
        for (String text : List.of("ink", "soft", "faint", "tuned", "rewarded")) {
          assertThat(contrast(theme.get(text), theme.get(paper)))
              .as("%s on %s", text, paper)
              .isGreaterThan(4.5);
        }
        for (String mark : List.of("tuned", "rewarded", "base", "near", "mean", "other")) {
          assertThat(contrast(theme.get(mark), theme.get(paper)))
              .as("%s on %s", mark, paper)
              .isGreaterThan(3);
        }
      }
    }
    assertThat(colors(style, ":root:not([data-theme=\"light\"]) {")).isEqualTo(themes.get(1));
  }

  private static Map<String, String> colors(String style, String block) {
    int begin = style.indexOf(block);
    String rules = style.substring(begin, style.indexOf('}', begin));
    return Pattern.compile("--(\\w+): #(\\w{6});")
        .matcher(rules)
        .results()
        .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
  }

  private static double contrast(String one, String other) {
    double first = luminance(one);
    double second = luminance(other);
    return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
  }

  /** Relative luminance as WCAG 2.1 defines it. */
  private static double luminance(String color) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double part = Integer.parseInt(color.substring(2 * i, 2 * i + 2), 16) / 255.0;
      sum += weights[i] * (part <= 0.03928 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
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
        SMALL.rewards(),
        SMALL.convention(),
        SMALL.figures().stream().map(figure -> renamed(figure, text)).toList(),
        SMALL.answers().stream()
            .map(
                set ->
                    set.model().equals("mean_point")
                        ? new AnswerSet(set.benchmark() + text, text, set.errors(), set.drawn())
                        : new AnswerSet(
                            set.benchmark() + text, set.model(), set.errors(), set.drawn()))
            .toList(),
        List.of(new CalibratedModel(text, SMALL.calibration().get(0).levels())),
        new Ablation(
            List.of(new Variant(text, text)),
            SMALL.figures().stream().map(figure -> renamed(figure, text)).toList()),
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
                        card.candidates(),
                        card.textKm(),
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
        figure.status(),
        figure.slice().equals(Slice.ALL)
            ? figure.slice()
            : new Slice(figure.slice().dimension(), figure.slice().value() + text),
        figure.value(),
        figure.interval(),
        figure.resampling(),
        figure.pValue(),
        figure.n());
  }

  private static String hash(Elements element) {
    return "sha256-"
        + BaseEncoding.base64()
            .encode(Hashing.sha256().hashString(element.first().data(), UTF_8).asBytes());
  }
}
