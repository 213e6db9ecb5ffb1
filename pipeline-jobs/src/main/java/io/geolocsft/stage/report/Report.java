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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads what the other stages wrote and writes the folder {@code report} with one page in it, and
 * the figures into the trained models' cards.
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
        Tables.REWARD_LOG.name(),
        Tables.CANDIDATES.name(),
        Tables.PREDICTIONS.name(),
        Tables.REFERENCE_PREDICTIONS.name(),
        Tables.METRICS.name(),
        Tables.RELIABILITY.name(),
        Tables.ABLATION.name());
  }

  @Override
  public List<String> inputs(PipelineConfig config) {
    return inputs().stream()
        .filter(input -> config.grpo().isWanted() || !input.equals(Tables.REWARD_LOG.name()))
        .toList();
  }

  @Override
  public List<String> outputs() {
    return List.of(FOLDER);
  }

  @Override
  public int revision() {
    return 4;
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
            run.rewards(),
            context.config().evaluate().convention(),
            answers.figures(),
            answers.sets(),
            ReportedCalibration.of(context),
            ReportedAblation.of(context),
            cards.cards(context.config().report().examples()),
            run.notes());
    List<ModelCard> models = measured(context, data.figures());
    for (ModelCard model : models) {
      complete(context, model);
    }
    HadoopFiles folder =
        context
            .tables()
            .publishDirectory(
                FOLDER,
                path -> {
                  ReportWriter.write(path.resolve(PAGE), data);
                  for (ModelCard model : models) {
                    track(context, model, path.resolve(PAGE));
                  }
                });
    context.tell("Report: %s/%s".formatted(folder.folder(), PAGE));
  }

  /** The cards of the models that are there, which had no figures when those were written. */
  private static List<ModelCard> measured(StageContext context, List<Figure> figures) {
    List<ModelCard> cards = new ArrayList<>(List.of(ModelCard.tuned(context.config())));
    if (context.config().grpo().isWanted()) {
      cards.add(ModelCard.rewarded(context.config()));
    }
    return cards.stream()
        .filter(card -> context.tables().directory(card.model()).isPresent())
        .map(card -> card.with(figures))
        .toList();
  }

  private static HadoopFiles folder(StageContext context, ModelCard card) {
    return context.tables().directory(card.model()).orElseThrow();
  }

  private static void complete(StageContext context, ModelCard card) throws IOException {
    try (OutputStream out = folder(context, card).create(ModelCard.FILE)) {
      out.write(card.text().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void track(StageContext context, ModelCard card, Path page) throws IOException {
    try (Tracking tracking = MlflowTracking.ofModel(context.config(), folder(context, card))) {
      tracking.evaluation(
          card.figures(),
          Map.of(
              card.model() + "/" + ModelCard.FILE,
              CharSource.wrap(card.text()).asByteSource(StandardCharsets.UTF_8),
              FOLDER + "/" + PAGE,
              MoreFiles.asByteSource(page)));
    }
  }
}
