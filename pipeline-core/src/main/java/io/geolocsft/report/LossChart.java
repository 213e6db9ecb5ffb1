package io.geolocsft.report;

import io.geolocsft.report.data.TrainingStep;
import io.geolocsft.report.draw.Chart;
import io.geolocsft.report.draw.DisplayNumbers;
import io.geolocsft.report.draw.Markup;
import io.geolocsft.report.draw.Scale;
import java.util.List;
import java.util.Locale;

/** The loss of every step, its running mean, and below them the learning rate. */
final class LossChart {

  private static final double WIDTH = 960;
  private static final double HEIGHT = 392;
  private static final double LEFT = 64;
  private static final double RIGHT = 924;
  private static final double LOSS_TOP = 24;
  private static final double LOSS_BOTTOM = 258;
  private static final double RATE_TOP = 286;
  private static final double RATE_BOTTOM = 340;

  private final List<TrainingStep> steps;
  private final StepCurve losses;
  private final StepCurve rates;

  LossChart(List<TrainingStep> steps) {
    this.steps = steps;
    losses = StepCurve.of(steps, TrainingStep::step, TrainingStep::loss);
    rates = StepCurve.of(steps, TrainingStep::step, TrainingStep::learningRate);
  }

  void draw(Markup markup) {
    Scale x = Scale.linear(steps.get(0).step(), steps.get(steps.size() - 1).step(), LEFT, RIGHT);
    double highest = losses.highest();
    double lowest = losses.lowest();
    double margin = Math.max(1e-3, (highest - lowest) * 0.06);
    Scale loss =
        Scale.linear(Math.max(0, lowest - margin), highest + margin, LOSS_BOTTOM, LOSS_TOP);
    double fastest = rates.highest();
    Scale rate = Scale.linear(0, fastest > 0 ? fastest * 1.1 : 1, RATE_BOTTOM, RATE_TOP);
    Chart chart = new Chart(markup, WIDTH, HEIGHT, LEFT, RIGHT);
    chart.open(description(), "class", "chart loss", "id", "loss");
    axes(chart, x, loss, rate, fastest);
    markup.leaf("path", "class", "raw", "d", losses.path(x, loss));
    markup.leaf("path", "class", "curve m-tuned", "d", losses.smooth(x, loss));
    markup.leaf("path", "class", "curve rate", "d", rates.path(x, rate));
    markup.close();
  }

  private String description() {
    return "Training loss over %s steps, from %s at first to %s over the last tenth."
        .formatted(
            DisplayNumbers.count(steps.get(steps.size() - 1).step()),
            DisplayNumbers.fixed(losses.first(), 3),
            DisplayNumbers.fixed(losses.last(), 3));
  }

  private void axes(Chart chart, Scale x, Scale loss, Scale rate, double fastest) {
    for (double tick : loss.ticks(5)) {
      chart.across(loss.at(tick));
      chart.label(
          DisplayNumbers.fixed(tick, loss.high() - loss.low() < 1 ? 2 : 1),
          LEFT - 8,
          loss.at(tick) + 4,
          "end");
    }
    chart.across(RATE_BOTTOM);
    chart.label("0", LEFT - 8, RATE_BOTTOM + 4, "end");
    chart.across(rate.at(fastest));
    chart.label(rateText(fastest), LEFT - 8, rate.at(fastest) + 4, "end");
    for (double tick : x.ticks(8)) {
      chart.label(DisplayNumbers.count(Math.round(tick)), x.at(tick), RATE_BOTTOM + 20, "middle");
    }
    chart.label("loss per target token", LEFT, LOSS_TOP - 6, "start");
    chart.label("learning rate", LEFT, RATE_TOP - 6, "start");
    chart.label("step", RIGHT, RATE_BOTTOM + 42, "end");
    for (int i = 1; i < steps.size(); i++) {
      // A line where an epoch ends, if there are few enough to tell apart.
      boolean ends = Math.floor(steps.get(i).epoch()) > Math.floor(steps.get(i - 1).epoch());
      if (ends && steps.get(steps.size() - 1).epoch() <= 20) {
        chart.down(x.at(steps.get(i).step()), LOSS_TOP, RATE_BOTTOM);
      }
    }
  }

  static String rateText(double rate) {
    return rate == 0
        ? "0"
        : String.format(Locale.ROOT, "%.0e", rate)
            .replaceAll("e([-+])0?(\\d)", "e$1$2")
            .replace("e+", "e")
            .replace('-', '\u2212');
  }
}
