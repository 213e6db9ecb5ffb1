package io.geolocsft.report;

import io.geolocsft.report.data.RewardStep;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.ScrollBox;
import java.util.List;
import java.util.Optional;

/** The rewards of training by rewards, entropy and divergence. */
record RewardSection(List<RewardStep> steps) implements Section {

  @Override
  public String id() {
    return "rewards";
  }

  @Override
  public String heading() {
    return "Training by rewards";
  }

  @Override
  public boolean hasContent() {
    return !steps.isEmpty();
  }

  @Override
  public Optional<String> introduction() {
    StepCurve rewards = StepCurve.of(steps, RewardStep::step, RewardStep::reward);
    RewardStep last = steps.get(steps.size() - 1);
    return Optional.of(
        "%s over %s; the mean reward of the answers went from %s to %s."
            .formatted(
                TrainingSection.counted(DisplayNumbers.count(last.step()), "step"),
                TrainingSection.counted(TrainingSection.epochs(last.epoch()), "epoch"),
                DisplayNumbers.fixed(rewards.first(), 3),
                DisplayNumbers.fixed(rewards.last(), 3)));
  }

  @Override
  public void body(Markup markup) {
    markup.open("figure", "class", "wide");
    ScrollBox.open(markup, "Reward by step");
    new RewardChart(steps).draw(markup);
    markup.close();
    markup.open("figcaption");
    StringBuilder caption =
        new StringBuilder(
            "Mean reward of each step's answers about the selected images (pale) and its running mean.");
    if (steps.stream().anyMatch(step -> step.heldOutReward().isPresent())) {
      caption.append(" Dashed: that of greedy answers about held-out images.");
    }
    caption.append(" Entropy is that of the answers' tokens.");
    if (steps.stream().anyMatch(step -> step.divergence() > 0)) {
      caption.append(" The divergence is to the fine-tuned model.");
    }
    markup.text(caption.toString());
    markup.close().close();
  }
}
