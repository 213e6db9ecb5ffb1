package io.geolocsft.report;

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
    LossChart chart = new LossChart(steps);
    return Optional.of(
        "%s steps over %s epochs; the loss went from %s to %s."
            .formatted(
                Numbers.count(steps.size()),
                Numbers.fixed(Math.ceil(steps.get(steps.size() - 1).epoch() - 1e-6), 0),
                Numbers.fixed(chart.firstLoss(), 3),
                Numbers.fixed(chart.finalLoss(), 3)));
  }

  @Override
  public void body(Markup markup) {
    markup.open("figure", "class", "wide");
    new LossChart(steps).draw(markup);
    markup.open("figcaption");
    markup.text(
        "Loss per target token of each step (pale) and its running mean; below, the learning rate. Vertical lines end an epoch.");
    markup.close().close();
  }
}
