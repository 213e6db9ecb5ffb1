package io.geolocsft.report;

import io.geolocsft.report.data.RewardStep;
import io.geolocsft.report.draw.Chart;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.Scale;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Reward, entropy and, where it is measured, divergence of every step, one below the other. */
record RewardChart(List<RewardStep> steps) {

  private static final double WIDTH = 960;
  private static final double LEFT = 64;
  private static final double RIGHT = 924;
  private static final double FIRST_TOP = 24;
  private static final double REWARD_HEIGHT = 200;
  private static final double OTHER_HEIGHT = 70;
  private static final double GAP = 34;
  private static final double BELOW = 52;

  void draw(Markup markup) {
    Scale x = Scale.linear(steps.get(0).step(), steps.get(steps.size() - 1).step(), LEFT, RIGHT);
    StepCurve reward = curve(RewardStep::reward);
    StepCurve heldOut = curve(step -> step.heldOutReward().orElse(Double.NaN));
    StepCurve entropy = curve(RewardStep::entropy);
    StepCurve divergence = curve(RewardStep::divergence);
    boolean isNear = divergence.highest() > 0;
    int others = isNear ? 2 : 1;
    double bottom = FIRST_TOP + REWARD_HEIGHT + others * (GAP + OTHER_HEIGHT);
    Chart chart = new Chart(markup, WIDTH, bottom + BELOW, LEFT, RIGHT);
    chart.open(description(reward), "class", "chart loss");
    double low = Math.min(reward.lowest(), heldOut.isKnown() ? heldOut.lowest() : 1e9);
    double high = Math.max(reward.highest(), heldOut.isKnown() ? heldOut.highest() : -1e9);
    Scale y = panel(chart, "mean reward", low, high, FIRST_TOP, REWARD_HEIGHT, 5);
    markup.leaf("path", "class", "raw", "d", reward.path(x, y));
    markup.leaf("path", "class", "curve m-tuned", "d", reward.smooth(x, y));
    if (heldOut.isKnown()) {
      markup.leaf("path", "class", "curve m-near", "d", heldOut.path(x, y));
    }
    double top = FIRST_TOP + REWARD_HEIGHT + GAP;
    small(chart, "entropy, nats a token", entropy, x, top);
    if (isNear) {
      small(chart, "KL divergence, nats a token", divergence, x, top + OTHER_HEIGHT + GAP);
    }
    for (double tick : x.ticks(8)) {
      chart.label(DisplayNumbers.count(Math.round(tick)), x.at(tick), bottom + 20, "middle");
    }
    chart.label("step", RIGHT, bottom + 42, "end");
    markup.close();
  }

  private StepCurve curve(ToDoubleFunction<RewardStep> value) {
    return StepCurve.of(steps, RewardStep::step, value);
  }

  private static void small(Chart chart, String name, StepCurve curve, Scale x, double top) {
    Scale y = panel(chart, name, 0, curve.highest(), top, OTHER_HEIGHT, 2);
    chart.markup().leaf("path", "class", "curve rate", "d", curve.path(x, y));
  }

  private static Scale panel(
      Chart chart, String name, double low, double high, double top, double height, int ticks) {
    double margin = Math.max(1e-3, (high - low) * 0.06);
    double least = low == 0 ? 0 : low - margin;
    Scale y = Scale.linear(least, high + margin, top + height, top);
    for (double tick : y.ticks(ticks)) {
      chart.across(y.at(tick));
      int decimals = y.high() - y.low() < 0.1 ? 3 : y.high() - y.low() < 1 ? 2 : 1;
      chart.label(DisplayNumbers.fixed(tick, decimals), LEFT - 8, y.at(tick) + 4, "end");
    }
    chart.label(name, LEFT, top - 6, "start");
    return y;
  }

  private String description(StepCurve reward) {
    return "Mean reward over %s steps, from %s at first to %s over the last tenth."
        .formatted(
            DisplayNumbers.count(steps.get(steps.size() - 1).step()),
            DisplayNumbers.fixed(reward.first(), 3),
            DisplayNumbers.fixed(reward.last(), 3));
  }
}
