package io.geolocsft.sft;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.training.GradientCollector;
import com.google.common.hash.Hashing;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.tensor.DeviceMemory;
import io.geolocsft.training.ExampleOrder;
import io.geolocsft.training.OptimizerStep;
import io.geolocsft.training.OptimizerStep.StepOutcome;
import io.geolocsft.training.OutOfDeviceMemoryException;
import io.geolocsft.training.PhaseClock;
import io.geolocsft.training.PhaseClock.Phase;
import io.geolocsft.training.StepLog;
import io.geolocsft.training.Steps;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of supervised fine-tuning. */
final class SftSteps implements Steps {

  private static final Logger LOG = LoggerFactory.getLogger(SftSteps.class);

  private final TrainingSettings settings;
  private final OptimizerStep optimizerStep;
  private final TargetLoss loss;
  private final AllReduce allReduce;
  private final ExampleOrder order;
  private final StepRows rows;
  private final HeldOutLoss heldOut;
  private final StepLog<StepReport> log;
  private final GradientCollector collector;
  private StepOutcome outcome;
  private int tokens;

  SftSteps(
      TrainingSettings settings,
      OptimizerStep optimizerStep,
      TargetLoss loss,
      AllReduce allReduce,
      ExampleOrder order,
      StepRows rows,
      HeldOutLoss heldOut,
      StepLog<StepReport> log,
      GradientCollector collector) {
    this.settings = settings;
    this.optimizerStep = optimizerStep;
    this.loss = loss;
    this.allReduce = allReduce;
    this.order = order;
    this.rows = rows;
    this.heldOut = heldOut;
    this.log = log;
    this.collector = collector;
  }

  @Override
  public int count() {
    return order.steps();
  }

  @Override
  public void run(int step, PhaseClock clock) throws IOException {
    List<MicroBatch> batches = rows.next();
    clock.endOf(Phase.DATA);
    tokens = batches.stream().mapToInt(MicroBatch::tokenCount).sum();
    double own = accumulate(batches, step, clock);
    outcome = optimizerStep.update(own, rate(step), step, clock);
  }

  private double rate(int step) {
    return settings.optimization().rate(step, order.steps());
  }

  /** Where memory does not suffice, the step begins again in smaller parts. */
  private double accumulate(List<MicroBatch> batches, int step, PhaseClock clock)
      throws IOException {
    List<MicroBatch> parts = batches;
    while (true) {
      try {
        return accumulateAll(parts, step, clock);
      } catch (EngineException e) {
        if (!DeviceMemory.isLacking(e)) {
          throw e;
        }
        optimizerStep.giveUp();
        parts = halved(step, e);
      }
    }
  }

  private List<MicroBatch> halved(int step, EngineException cause) throws IOException {
    if (rows.microBatchSize() == 1) {
      throw new OutOfDeviceMemoryException(
          String.format(
              Locale.ROOT,
              "Step %d on rank %d: there is not enough memory for a single row (%s)",
              step,
              allReduce.rank(),
              cause.getMessage()),
          cause);
    }
    List<MicroBatch> parts = rows.halved();
    LOG.warn(
        "Step {} on rank {}: memory ran out, so the micro-batch is {} from here on; the steps stay the same",
        step,
        allReduce.rank(),
        rows.microBatchSize());
    return parts;
  }

  private double accumulateAll(List<MicroBatch> batches, int step, PhaseClock clock) {
    Engine.getEngine("PyTorch").setRandomSeed(dropoutSeed(settings.seed(), step, allReduce.rank()));
    double own = 0;
    for (MicroBatch batch : batches) {
      own += loss.accumulate(batch, rows.targetTokens(step), step, collector, clock);
    }
    return own;
  }

  /**
   * Of what a rank drops out in a step: a resumed run drops what a straight one does. Hashed, so
   * that the run of another seed does not drop the same one step later.
   */
  static int dropoutSeed(long seed, int step, int rank) {
    return Hashing.sipHash24(seed, step).hashInt(rank).asInt();
  }

  @Override
  public double heldOutLoss() throws IOException {
    return heldOut.compute(rows);
  }

  @Override
  public void log(int step, OptionalDouble heldOutLoss, PhaseClock clock) throws IOException {
    log.append(
        new StepReport(
            step,
            order.steps(),
            order.epoch(step),
            allReduce.rank(),
            outcome.loss(),
            rate(step),
            outcome.gradientNorm(),
            rows.targetTokens(step),
            heldOutLoss,
            rows.microBatchSize(),
            tokens,
            clock));
  }

  @Override
  public boolean flush() {
    return log.flush();
  }

  @Override
  public void close() {
    rows.close();
  }
}
