package io.geolocsft.sft;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.training.GradientCollector;
import com.google.common.hash.Hashing;
import io.geolocsft.ring.AllReduce;
import io.geolocsft.ring.WireType;
import io.geolocsft.sft.OptimizerStep.Outcome;
import io.geolocsft.sft.PhaseClock.Phase;
import io.geolocsft.tensor.DeviceMemory;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of one rank.
 *
 * @param cached whether rows bring image features rather than pixels
 */
record TrainingLoop(
    TrainingSettings settings,
    OptimizerStep optimizerStep,
    AllReduce allReduce,
    ExampleOrder order,
    StepRows rows,
    boolean cached,
    HeldOutLoss heldOut,
    BestSoFar best,
    CheckpointWriter writer,
    StepLog log) {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);

  /** Runs from a step on to the last, or until the validation loss falls no more. */
  void run(int firstStep, GradientCollector collector) throws IOException {
    PhaseClock clock = new PhaseClock();
    for (int step = firstStep; step < order.steps() && !isStale(); step++) {
      List<MicroBatch> batches = rows.next();
      clock.endOf(Phase.DATA);
      int targets = rows.targetTokens(step);
      double loss = accumulate(batches, targets, step, collector, clock);
      double rate = settings.optimization().rate(step, order.steps());
      Outcome outcome = optimizerStep.update(loss, rate, step, clock);
      OptionalDouble validation = validate(step, clock);
      int tokens = batches.stream().mapToInt(MicroBatch::tokenCount).sum();
      // Before the checkpoint: a step that no log knows must not count as done.
      log.append(
          new StepReport(
              step,
              order.steps(),
              order.epoch(step),
              allReduce.rank(),
              outcome.loss(),
              rate,
              outcome.gradientNorm(),
              targets,
              validation,
              rows.microBatchSize(),
              tokens,
              clock));
      clock = new PhaseClock();
      saveIfDue(step);
      clock.endOf(Phase.CHECKPOINT);
    }
  }

  private boolean isStale() {
    int patience = settings.validation().patience();
    return patience > 0 && best.lowest().looksSince() >= patience;
  }

  /** Where memory does not suffice, the step begins again in smaller parts. */
  private double accumulate(
      List<MicroBatch> batches,
      int targets,
      int step,
      GradientCollector collector,
      PhaseClock clock)
      throws IOException {
    List<MicroBatch> parts = batches;
    while (true) {
      try {
        return accumulateAll(parts, targets, step, collector, clock);
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

  private double accumulateAll(
      List<MicroBatch> batches,
      int targets,
      int step,
      GradientCollector collector,
      PhaseClock clock) {
    Engine.getEngine("PyTorch").setRandomSeed(dropoutSeed(settings.seed(), step, allReduce.rank()));
    double loss = 0;
    for (MicroBatch batch : batches) {
      loss += optimizerStep.accumulate(batch, cached, targets, step, collector, clock);
    }
    return loss;
  }

  /**
   * Of what a rank drops out in a step: a resumed run drops what a straight one does. Hashed, so
   * that the run of another seed does not drop the same one step later.
   */
  static int dropoutSeed(long seed, int step, int rank) {
    return Hashing.sipHash24(seed, step).hashInt(rank).asInt();
  }

  private OptionalDouble validate(int step, PhaseClock clock) throws IOException {
    if (!settings.validation().isDue(step, order.steps())) {
      return OptionalDouble.empty();
    }
    double loss = heldOut.compute(rows, cached);
    best.add(step, loss);
    clock.endOf(Phase.VALIDATION);
    return OptionalDouble.of(loss);
  }

  private void saveIfDue(int step) throws IOException {
    int done = step + 1;
    if (done % settings.checkpointSteps() != 0 && done != order.steps() && !isStale()) {
      return;
    }
    float[] unlogged = {log.flush() ? 0 : 1};
    allReduce.sum(unlogged, WireType.FLOAT32);
    if (allReduce.rank() == 0 && unlogged[0] == 0) {
      writer.save(new TrainingProgress(done, best.lowest()), optimizerStep.state(), best.values());
    }
  }
}
