package io.geolocsft.report;

import io.geolocsft.report.data.TrainingStep;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.ScrollBox;
import java.util.List;
import java.util.Optional;

/** The training's loss and learning rate. */
record TrainingSection(List<TrainingStep> steps) implements Section {

  @Override
  public String id() {
    return "training";
  }

  @Override
  public String heading() {
    return "Training";
  }

  @Override
  public boolean hasContent() {
    return !steps.isEmpty();
  }

  @Override
  public Optional<String> introduction() {
    StepCurve losses = StepCurve.of(steps, TrainingStep::step, TrainingStep::loss);
    TrainingStep last = steps.get(steps.size() - 1);
    return Optional.of(
        "%s over %s; the loss went from %s to %s."
            .formatted(
                counted(DisplayNumbers.count(last.step()), "step"),
                counted(epochs(last.epoch()), "epoch"),
                DisplayNumbers.fixed(losses.first(), 3),
                DisplayNumbers.fixed(losses.last(), 3)));
  }

  static String counted(String number, String unit) {
    return number + " " + unit + (number.equals("1") ? "" : "s");
  }

  /** Whole ones without decimals: training may end within an epoch. */
  static String epochs(double epochs) {
    long hundredths = Math.round(epochs * 100);
    return DisplayNumbers.fixed(epochs, hundredths % 100 == 0 ? 0 : hundredths % 10 == 0 ? 1 : 2);
  }

  @Override
  public void body(Markup markup) {
    markup.open("figure", "class", "wide");
    ScrollBox.open(markup, "Loss by step");
    new LossChart(steps).draw(markup);
    markup.close();
    markup.open("figcaption");
    markup.text(
        "Loss per target token of each logged step (pale) and its running mean; below, the learning rate. Vertical lines end an epoch.");
    markup.close().close();
  }
}
