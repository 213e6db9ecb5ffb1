package io.geolocsft.cli.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.geolocsft.InLocale;
import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.evaluate.Interval;
import io.geolocsft.evaluate.Slice;
import io.geolocsft.image.naming.IdRule;
import io.geolocsft.judge.JudgedFile;
import io.geolocsft.judge.JudgedFiles;
import io.geolocsft.published.PublishedResults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestJudgeFormat {

  private static final JudgedFiles JUDGED =
      new JudgedFiles(
          "osv5m",
          "image id",
          1_234_567,
          0,
          false,
          List.of(
              new JudgedFile(
                  "a|b.csv", "image id", List.of("a|b"), IdRule.EXACT, 1_234_568, 1, List.of("z"))),
          List.of(Convention.standard()),
          List.of(
              figure("a|b", "accuracy", OptionalDouble.of(25), 0.5, OptionalDouble.empty()),
              figure(
                  "a|b", "mean_error_km", OptionalDouble.empty(), 1234.56, OptionalDouble.empty()),
              figure(
                  "b_minus_a", "accuracy", OptionalDouble.of(25), -1e-9, OptionalDouble.of(0.25))),
          null);

  private static Figure figure(
      String model, String metric, OptionalDouble km, double value, OptionalDouble pValue) {
    return new Figure(
        "osv5m",
        model,
        "geolocsft",
        metric,
        km,
        Optional.empty(),
        Slice.ALL,
        value,
        new Interval(value - 0.125, value + 0.125),
        "exact",
        pValue,
        1_234_567);
  }

  private static String printed(JudgeFormat format) throws IOException {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    format.print(JUDGED, PublishedResults.of("osv5m"), writer);
    writer.flush();
    return out.toString();
  }

  @ParameterizedTest
  @EnumSource(JudgeFormat.class)
  void isTheSameInEveryLocale(JudgeFormat format) throws Exception {
    String text = InLocale.call(Locale.ROOT, () -> printed(format));
    for (Locale locale : InLocale.others().toList()) {
      assertThat(InLocale.call(locale, () -> printed(format))).isEqualTo(text);
    }
  }

  @Test
  void aTableHasIntervalsBelowItsValues() throws IOException {
    assertThat(printed(JudgeFormat.TABLE))
        .startsWith("osv5m, 1234567 images, convention geolocsft. Accuracy counts distances < 1/")
        .containsPattern("model +< 25 km, % +mean km +remarks")
        .containsPattern("a\\|b +50.0 +1234.6\\R +37.5 to 62.5 +1234.4 to 1234.7")
        .containsPattern("b_minus_a +0.0 +-\\R +-12.5 to 12.5\\R +p = 0.2500")
        .containsPattern("GeoLocSFT \\(published\\) +3.5 +- +convention not known");
  }

  @Test
  void markdownHasThemInBrackets() throws IOException {
    assertThat(printed(JudgeFormat.MARKDOWN))
        .contains(
            "| model | &lt; 25 km, % | mean km | remarks |",
            "| --- | --- | --- | --- |",
            "| a\\|b | 50.0 (37.5 to 62.5) | 1234.6 (1234.4 to 1234.7) |  |",
            "| b_minus_a | 0.0 (-12.5 to 12.5; p = 0.2500) | - |  |");
  }

  @Test
  void csvHasARowForEachFigure() throws IOException {
    assertThat(printed(JudgeFormat.CSV).lines())
        .hasSize(1 + 3 + 5)
        .startsWith(
            "benchmark,model,convention,metric,threshold_km,parse_status,value,ci_low,ci_high,n,resampling,p_value,source",
            "osv5m,a|b,geolocsft,accuracy,25.0,,0.5,0.375,0.625,1234567,exact,,")
        .contains("osv5m,GeoLocSFT,,accuracy,750.0,,0.472,,,,,,arXiv:2506.01277");
  }
}
