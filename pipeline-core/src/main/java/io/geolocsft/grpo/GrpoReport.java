package io.geolocsft.grpo;

import io.geolocsft.training.PhaseClock;
import java.util.OptionalDouble;

/**
 * What one rank has to say of one step; all but the clock and the micro-batch is of all ranks.
 *
 * @param step from 0
 * @param loss of the last optimizer step
 * @param learningRate of the last optimizer step
 * @param gradientNorm of the last optimizer step, before clipping
 * @param reward mean of the answers'
 * @param rewardDeviation standard deviation of all answers' rewards
 * @param withoutSpread share of images whose answers are all worth the same
 * @param divergence mean of k3, in nats a token; 0 without a reference
 * @param clipped share of ratios that were clipped
 * @param entropy nats a token, see {@code AnswerScores}
 * @param tokens of an answer, mean
 * @param readShare share of answers in which a point was read
 * @param medianKilometers of those to the truth
 * @param heldOutReward mean reward of greedy answers about held-out images after the step
 * @param microBatchSize images that this rank computes at once
 * @param clock seconds by phase, a checkpoint before the step included
 */
public record GrpoReport(
    int step,
    int steps,
    int epoch,
    int rank,
    double loss,
    double learningRate,
    double gradientNorm,
    double reward,
    double rewardDeviation,
    double withoutSpread,
    double divergence,
    double clipped,
    double entropy,
    double tokens,
    double readShare,
    OptionalDouble medianKilometers,
    OptionalDouble heldOutReward,
    int microBatchSize,
    PhaseClock clock) {}
