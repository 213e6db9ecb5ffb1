package io.geolocsft.stage.report;

import com.google.common.io.CharSource;
import com.google.common.io.MoreFiles;
import io.geolocsft.config.BenchmarkSettings;
import io.geolocsft.config.PipelineConfig;
import io.geolocsft.config.SettingValues;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.files.HadoopFiles;
import io.geolocsft.report.ReportWriter;
import io.geolocsft.report.data.ReportData;
import io.geolocsft.stage.CodeHash;
import io.geolocsft.stage.ModelCard;
import io.geolocsft.stage.SplitRows;
import io.geolocsft.stage.Stage;
import io.geolocsft.stage.StageContext;
import io.geolocsft.table.Tables;
import io.geolocsft.tracking.MlflowTracking;
import io.geolocsft.tracking.Tracking;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what the other stages wrote and writes the folder {@code report} with one page in it, and
 * the figures into the tuned model's card.
 */
public final class Report implements Stage {

  /** The folder's name in the output folder. */
  public static final String FOLDER = "report";

  /** The page's name in its folder. */
  public static final String PAGE = "report.html";

  @Override
  public String name() {
    return "report";
  }

  @Override
  public List<String> inputs() {
    return List.of(
        Tables.BINNED.name(),
        Tables.SELECTION.name(),
        Tables.FUNNEL.name(),
        Tables.DIVERSITY.name(),
        Tables.TRAINING_LOG.name(),
        Tables.CANDIDATES.name(),
        Tables.PREDICTIONS.name(),
        Tables.REFERENCE_PREDICTIONS.name(),
        Tables.METRICS.name(),
        Tables.RELIABILITY.name(),
        Tables.ABLATION.name());
  }

  @Override
  public List<String> outputs() {
    return List.of(FOLDER);
  }

  @Override
  public int revision() {
    return 3;
  }

  /** The page shows the whole configuration; of which call it is of makes none anew. */
  @Override
  public SettingValues settings(SettingValues all) {
    return all.without("run.id", "locate");
  }

  /** The page's own code and style, so that whoever changes them sees the page made anew. */
  @Override
  public Map<String, String> externalInputs(PipelineConfig config) {
    return Map.of(
        "page", CodeHash.of(name -> name.startsWith("io/geolocsft/report/"), ReportWriter.class));
  }

  @Override
  public void run(StageContext context) throws Exception {
    Map<String, Long> benchmarks =
        SplitRows.counts(
            context.tables().read(Tables.BINNED),
            context.config().benchmarks().stream().map(BenchmarkSettings::name).toList());
    ReportedAnswers answers = new ReportedAnswers(context, benchmarks);
    ReportedCards cards = new ReportedCards(context, List.copyOf(benchmarks.keySet()));
    ReportedSelection selection = ReportedSelection.of(context);
    ReportedRun run = new ReportedRun(context.config(), context.tables());
    ReportData data =
        new ReportData(
            context.config().report().title(),
            run.facts(),
            selection.funnel(),
            selection.spreads(),
            selection.catalogue(),
            selection.chosen(),
            run.training(),
            context.config().evaluate().convention(),
            answers.figures(),
            answers.sets(),
            ReportedCalibration.of(context),
            ReportedAblation.of(context),
            cards.cards(context.config().report().examples()),
            run.notes());
    String card = new ModelCard(context.config(), data.figures()).text();
    complete(context, card);
    HadoopFiles folder =
        context
            .tables()
            .publishDirectory(
                FOLDER,
                path -> {
                  ReportWriter.write(path.resolve(PAGE), data);
                  track(context, data.figures(), card, path.resolve(PAGE));
                });
    context.tell("Report: %s/%s".formatted(folder.folder(), PAGE));
  }

  /** The tuned model's card, which had no figures when the model was written. */
  private static void complete(StageContext context, String card) throws IOException {
    Optional<HadoopFiles> tuned = context.tables().directory(Tables.TUNED);
    if (tuned.isPresent()) {
      try (OutputStream out = tuned.get().create(ModelCard.FILE)) {
        out.write(card.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void track(StageContext context, List<Figure> figures, String card, Path page)
      throws IOException {
    Optional<HadoopFiles> tuned = context.tables().directory(Tables.TUNED);
    if (tuned.isPresent()) {
      try (Tracking tracking = MlflowTracking.ofModel(context.config(), tuned.get())) {
        tracking.evaluation(
            figures,
            Map.of(
                Tables.TUNED + "/" + ModelCard.FILE,
                CharSource.wrap(card).asByteSource(StandardCharsets.UTF_8),
                FOLDER + "/" + PAGE,
                MoreFiles.asByteSource(page)));
      }
    }
  }
}
