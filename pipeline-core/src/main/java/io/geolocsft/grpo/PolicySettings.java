package io.geolocsft.grpo;

import static com.google.common.base.Preconditions.checkArgument;

import io.geolocsft.ring.WireType;
import io.geolocsft.training.Optimization;
import io.geolocsft.training.Savings;
import io.geolocsft.training.Validation;

/**
 * How to train by rewards.
 *
 * @param temperature that answers are drawn at; their probabilities are those at it
 * @param maxNewTokens where an answer is cut off
 * @param iterations optimizer steps for the answers of one step
 * @param optimization how the adapter moves; its warm-up and schedule count optimizer steps
 * @param epochs passes over the images
 * @param batchSize images a step, over all ranks
 * @param microBatchSize images, with all their answers, a forward pass of one rank
 * @param rolloutBatchSize images that one rank draws answers to at once
 * @param validation on images that are held out, by the mean reward of their greedy answers
 * @param checkpointSteps steps between two checkpoints
 * @param seed of the images' order, of what is held out and of the draws
 * @param wire what gradients travel as between ranks
 * @param savings how work and memory are saved
 */
public record PolicySettings(
    PolicyObjective objective,
    double temperature,
    int maxNewTokens,
    int iterations,
    Optimization optimization,
    int epochs,
    int batchSize,
    int microBatchSize,
    int rolloutBatchSize,
    Validation validation,
    int checkpointSteps,
    long seed,
    WireType wire,
    Savings savings) {

  public PolicySettings {
    checkArgument(
        temperature > 0, "answers are drawn at a temperature above 0, not %s", temperature);
    checkArgument(
        iterations > 0
            && epochs > 0
            && batchSize > 0
            && microBatchSize > 0
            && rolloutBatchSize > 0
            && checkpointSteps > 0,
        "iterations, epochs, batches and the steps between checkpoints must be 1 at least");
  }
}
