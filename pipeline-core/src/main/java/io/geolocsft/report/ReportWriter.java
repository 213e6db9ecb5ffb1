package io.geolocsft.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.geolocsft.report.data.ReportData;
import io.geolocsft.report.draw.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the report of a run. */
public final class ReportWriter {

  private ReportWriter() {}

  /**
   * Writes the page.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, ReportData data) throws IOException {
    Files.writeString(file, page(data), UTF_8);
  }

  static String page(ReportData data) {
    List<Section> sections = sections(data).stream().filter(Section::hasContent).toList();
    return Page.of(
        data.title(),
        "results",
        markup -> {
          Masthead.draw(markup, data, sections);
          markup.open("main");
          sections.forEach(section -> section.draw(markup));
          markup.close();
        });
  }

  private static List<Section> sections(ReportData data) {
    Figures figures = new Figures(data.figures());
    return List.of(
        new ResultsSection(figures, data.answers(), data.convention()),
        new ErrorMapsSection(data.answers()),
        new AblationSection(data.ablation()),
        new CalibrationSection(data.calibration(), figures),
        new SelectionSection(data.funnel(), data.spreads(), data.catalogue(), data.selection()),
        new TrainingSection(data.training()),
        new RewardSection(data.rewards()),
        new SlicesSection(figures),
        new AnswersSection(data.cards()),
        new RunSection(data.run()),
        new MethodsSection(data.notes()));
  }
}
