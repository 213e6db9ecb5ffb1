package io.geolocsft.cluster;

import io.geolocsft.grpo.GrpoReport;
import io.geolocsft.sft.StepReport;
import io.geolocsft.training.PhaseClock;
import io.geolocsft.training.PhaseClock.Phase;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * What ranks tell of their steps, as rows of tables.
 *
 * @param runId of the run
 * @param runName what tables call the run
 */
record LoggedRows(String runId, String runName) {

  /** A row of {@code training_log}. */
  Row row(StepReport step) {
    return RowFactory.create(
        runId,
        runName,
        step.rank(),
        step.step(),
        (double) step.epoch(),
        step.loss(),
        step.learningRate(),
        step.gradientNorm(),
        (long) step.targetTokens(),
        step.tokens() / Math.max(1e-9, step.clock().seconds()),
        step.clock().seconds(Phase.DATA),
        step.clock().seconds(Phase.FORWARD),
        step.clock().seconds(Phase.BACKWARD),
        step.clock().seconds(Phase.ALL_REDUCE),
        step.clock().seconds(Phase.OPTIMIZER),
        step.steps(),
        orNull(step.validationLoss()),
        step.microBatchSize(),
        step.clock().seconds(Phase.VALIDATION),
        step.clock().seconds(Phase.CHECKPOINT));
  }

  /** A row of {@code reward_log}. */
  Row row(GrpoReport step) {
    PhaseClock clock = step.clock();
    return RowFactory.create(
        runId,
        runName,
        step.rank(),
        step.step(),
        step.steps(),
        (double) step.epoch(),
        step.reward(),
        step.rewardDeviation(),
        step.withoutSpread(),
        step.divergence(),
        step.clipped(),
        step.entropy(),
        step.tokens(),
        step.readShare(),
        orNull(step.medianKilometers()),
        orNull(step.heldOutReward()),
        step.loss(),
        step.learningRate(),
        step.gradientNorm(),
        step.microBatchSize(),
        clock.seconds(Phase.ROLLOUT),
        clock.seconds(Phase.DATA),
        clock.seconds(Phase.FORWARD),
        clock.seconds(Phase.BACKWARD),
        clock.seconds(Phase.ALL_REDUCE),
        clock.seconds(Phase.OPTIMIZER),
        clock.seconds(Phase.VALIDATION),
        clock.seconds(Phase.CHECKPOINT));
  }

  private static Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
