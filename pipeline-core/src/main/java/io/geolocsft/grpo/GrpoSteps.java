package io.geolocsft.grpo;

import ai.djl.engine.EngineException;
import ai.djl.training.GradientCollector;
import io.geolocsft.generate.Continuation;
import io.geolocsft.grpo.PolicyBatch.Lesson;
import io.geolocsft.grpo.PolicyBatch.Lessons;
import io.geolocsft.grpo.PolicyLoss.Result;
import io.geolocsft.grpo.PolicyObjective.LossType;
import io.geolocsft.reward.Reward;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.tensor.DeviceMemory;
import io.geolocsft.training.ExampleOrder;
import io.geolocsft.training.OptimizerStep;
import io.geolocsft.training.OptimizerStep.StepOutcome;
import io.geolocsft.training.PhaseClock;
import io.geolocsft.training.PhaseClock.Phase;
import io.geolocsft.training.StepLog;
import io.geolocsft.training.Steps;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The steps of training by rewards: answers are drawn for a batch of images, rewarded, compared,
 * and learned from in one optimizer step or several.
 */
final class GrpoSteps implements Steps {

  private final PolicySettings settings;
  private final List<LocatedExample> training;
  private final List<LocatedExample> heldOut;
  private final ExampleOrder order;
  private final Rollouts rollouts;
  private final Function<int[], String> text;
  private final Reward reward;
  private final PolicyLoss loss;
  private final Targets targets;
  private final LessonRows rows;
  private final OptimizerStep optimizerStep;
  private final AllReduce allReduce;
  private final StepLog<GrpoReport> log;
  private final GradientCollector collector;
  private int newest;
  private AnswerScores scores;
  private StepOutcome outcome;
  private Result shown;
  private double learned;

  /**
   * Prepares.
   *
   * @param training images to learn from
   * @param heldOut images to look at
   * @param text of an answer's tokens
   */
  GrpoSteps(
      PolicySettings settings,
      List<LocatedExample> training,
      List<LocatedExample> heldOut,
      ExampleOrder order,
      Rollouts rollouts,
      Function<int[], String> text,
      Reward reward,
      PolicyLoss loss,
      Targets targets,
      LessonRows rows,
      OptimizerStep optimizerStep,
      AllReduce allReduce,
      StepLog<GrpoReport> log,
      GradientCollector collector) {
    this.settings = settings;
    this.training = training;
    this.heldOut = heldOut;
    this.order = order;
    this.rollouts = rollouts;
    this.text = text;
    this.reward = reward;
    this.loss = loss;
    this.targets = targets;
    this.rows = rows;
    this.optimizerStep = optimizerStep;
    this.allReduce = allReduce;
    this.log = log;
    this.collector = collector;
  }

  @Override
  public int count() {
    return order.steps();
  }

  @Override
  public void run(int step, PhaseClock clock) throws IOException {
    newest = step;
    List<Integer> batch = order.batch(step);
    List<LocatedExample> all = batch.stream().map(training::get).toList();
    List<LocatedExample> mine = allReduce.shareOf(all);
    List<AnswerGroup> groups = rollouts.draw(mine, step);
    scores = score(groups, batch.size(), settings.objective().answers());
    List<Lessons> lessons = lessons(groups, targets.of(all));
    clock.endOf(Phase.ROLLOUT);
    rows.take(lessons);
    clock.endOf(Phase.DATA);
    Result sum = Result.NONE;
    for (int iteration = 0; iteration < settings.iterations(); iteration++) {
      Result own = accumulate(iteration == 0, step, clock);
      int moved = step * settings.iterations() + iteration;
      outcome = optimizerStep.update(own.loss(), rate(moved), moved, clock);
      sum = sum.plus(own);
    }
    shown = shown(sum);
  }

  /** Of all ranks, per choice and iteration. */
  private Result shown(Result own) throws IOException {
    float[] sums = {(float) own.clipped(), (float) own.divergence()};
    allReduce.sum(sums, WireType.FLOAT32);
    double count = Math.max(1, learned) * settings.iterations();
    return new Result(outcome.loss(), sums[0] / count, sums[1] / count);
  }

  private AnswerScores score(List<AnswerGroup> groups, int images, int answers) throws IOException {
    return AnswerScores.of(groups, images, answers, text, reward, allReduce);
  }

  /** Answers without an advantage teach nothing but to stay near the reference. */
  private List<Lessons> lessons(List<AnswerGroup> groups, Map<String, Lesson> targets) {
    PolicyObjective objective = settings.objective();
    double[] advantages = objective.advantages(scores.rewards());
    int[] choices = scores.choices();
    double[] weights = objective.weights(choices, scores.isWhole(), advantages);
    learned =
        IntStream.range(0, choices.length).filter(i -> weights[i] > 0).map(i -> choices[i]).sum();
    List<Lessons> lessons = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      List<Lesson> answers = new ArrayList<>();
      for (int k = 0; k < objective.answers(); k++) {
        int index = scores.index(allReduce.rank() + i * allReduce.ranks(), k);
        Continuation answer = groups.get(i).answers().get(k);
        if (weights[index] > 0 && (advantages[index] != 0 || objective.beta() > 0)) {
          answers.add(
              objective.lossType() == LossType.BEST_OF
                  ? Lesson.imitated(answer, weights[index])
                  : Lesson.drawn(answer, advantages[index], weights[index]));
        }
      }
      LocatedExample image = groups.get(i).image();
      Optional.ofNullable(targets.get(image.example().imageId())).ifPresent(answers::add);
      if (!answers.isEmpty()) {
        lessons.add(new Lessons(image, answers));
      }
    }
    return lessons;
  }

  /** Where memory does not suffice, the optimizer step begins again in smaller parts. */
  private Result accumulate(boolean isFirst, int step, PhaseClock clock) throws IOException {
    while (true) {
      try {
        return accumulateAll(isFirst, step, clock);
      } catch (EngineException e) {
        if (!DeviceMemory.isLacking(e)) {
          throw e;
        }
        optimizerStep.giveUp();
        rows.halve(step, e);
      }
    }
  }

  private Result accumulateAll(boolean isFirst, int step, PhaseClock clock) {
    Result sum = Result.NONE;
    for (PolicyBatch batch : rows.batches()) {
      float[] reference = rows.reference(batch, loss);
      sum =
          sum.plus(loss.accumulate(batch, rows.old(), isFirst, reference, step, collector, clock));
    }
    return sum;
  }

  private double rate(int moved) {
    return settings.optimization().rate(moved, order.steps() * settings.iterations());
  }

  /** The reward of greedy answers, with its sign changed. */
  @Override
  public double heldOutLoss() throws IOException {
    List<AnswerGroup> groups = rollouts.greedy(allReduce.shareOf(heldOut), newest);
    return -score(groups, heldOut.size(), 1).meanReward();
  }

  @Override
  public void log(int step, OptionalDouble heldOutLoss, PhaseClock clock) throws IOException {
    log.append(
        new GrpoReport(
            step,
            order.steps(),
            order.epoch(step),
            allReduce.rank(),
            outcome.loss(),
            rate((step + 1) * settings.iterations() - 1),
            outcome.gradientNorm(),
            scores.meanReward(),
            scores.rewardDeviation(),
            scores.withoutSpread(),
            shown.divergence(),
            shown.clipped(),
            scores.entropy(),
            scores.meanTokens(),
            scores.readShare(),
            scores.medianKilometers(),
            heldOutLoss.isPresent()
                ? OptionalDouble.of(-heldOutLoss.getAsDouble())
                : OptionalDouble.empty(),
            rows.microBatchSize(),
            clock));
  }

  @Override
  public boolean flush() {
    return log.flush();
  }

  @Override
  public void close() {}
}
