package io.geolocsft.sft;

import io.geolocsft.training.PhaseClock;
import java.util.OptionalDouble;

/**
 * What one rank has to say of one optimizer step.
 *
 * @param step from 0
 * @param loss mean cross entropy of the step's target tokens over all ranks, in nats
 * @param gradientNorm before clipping
 * @param targetTokens of the step over all ranks
 * @param validationLoss mean cross entropy of the held-out examples' target tokens after the step
 * @param microBatchSize rows that this rank computes at once
 * @param tokens of this rank's rows, prompts and images included
 * @param clock seconds by phase, a checkpoint before the step included
 */
public record StepReport(
    int step,
    int steps,
    int epoch,
    int rank,
    double loss,
    double learningRate,
    double gradientNorm,
    int targetTokens,
    OptionalDouble validationLoss,
    int microBatchSize,
    int tokens,
    PhaseClock clock) {}
