package io.geolocsft.report.data;

import static java.util.Objects.requireNonNull;

import io.geolocsft.evaluate.Convention;
import io.geolocsft.evaluate.Figure;
import io.geolocsft.geo.GeoPoint;
import java.util.List;

/**
 * Everything that the report shows. A part that is empty, as the loss curve of a run without
 * training, is left out of the page.
 *
 * @param title the page's heading
 * @param run what was run
 * @param funnel from the catalogue to the selection
 * @param spreads how the selection is spread, and samples beside it
 * @param catalogue where the catalogue's images lie, counted
 * @param selection where the chosen pairs lie
 * @param training the training's steps, in order
 * @param rewards the steps of training by rewards, in order
 * @param convention by which the figures are measured
 * @param figures the metrics table
 * @param answers truths and answers to draw, one entry for each benchmark and model
 * @param calibration how often radii hold the truth, of each model
 * @param ablation variants of the run
 * @param cards the best and the worst answers
 * @param notes how things were measured, one sentence or paragraph each
 */
public record ReportData(
    String title,
    RunFacts run,
    List<FunnelStep> funnel,
    List<SampleSpread> spreads,
    List<CountedPoint> catalogue,
    List<GeoPoint> selection,
    List<TrainingStep> training,
    List<RewardStep> rewards,
    Convention convention,
    List<Figure> figures,
    List<AnswerSet> answers,
    List<CalibratedModel> calibration,
    Ablation ablation,
    List<AnswerCard> cards,
    List<String> notes) {

  public ReportData {
    requireNonNull(title, "title");
    requireNonNull(run, "run");
    funnel = List.copyOf(funnel);
    spreads = List.copyOf(spreads);
    catalogue = List.copyOf(catalogue);
    selection = List.copyOf(selection);
    training = List.copyOf(training);
    rewards = List.copyOf(rewards);
    requireNonNull(convention, "convention");
    figures = List.copyOf(figures);
    answers = List.copyOf(answers);
    calibration = List.copyOf(calibration);
    requireNonNull(ablation, "ablation");
    cards = List.copyOf(cards);
    notes = List.copyOf(notes);
  }
}
