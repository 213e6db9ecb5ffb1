package io.geolocsft.sft;

import io.geolocsft.lora.LoraConfig;
import java.util.Optional;

/**
 * How to fine-tune.
 *
 * @param lora the adapter to train; without one every weight is trained
 * @param learningRate peak learning rate of AdamW
 * @param warmupSteps steps over which the rate rises linearly from zero
 * @param epochs passes over the examples
 * @param batchSize examples an optimizer step, over all ranks
 * @param microBatchSize examples a forward pass of one rank
 * @param maxGradientNorm gradients with a greater Euclidean norm are scaled down to it; 0 for no
 *     limit
 * @param weightDecay AdamW's decoupled decay
 * @param checkpointSteps steps between two checkpoints
 * @param keepCheckpoints newest checkpoints that stay
 * @param seed of the adapter's first values and of the examples' order
 */
public record TrainingSettings(
    Optional<LoraConfig> lora,
    double learningRate,
    LearningRateSchedule schedule,
    int warmupSteps,
    int epochs,
    int batchSize,
    int microBatchSize,
    double maxGradientNorm,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    int checkpointSteps,
    int keepCheckpoints,
    long seed) {}
