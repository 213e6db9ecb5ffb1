package io.geolocsft.sft;

import io.geolocsft.lora.LoraConfig;
import io.geolocsft.ring.WireType;
import io.geolocsft.training.Optimization;
import io.geolocsft.training.Savings;
import io.geolocsft.training.Validation;
import java.util.Locale;
import java.util.Optional;

/**
 * How to fine-tune.
 *
 * @param lora the adapter to train; without one every weight is trained
 * @param optimization how the tensors under training move
 * @param epochs passes over the examples
 * @param batchSize examples an optimizer step, over all ranks
 * @param microBatchSize examples a forward pass of one rank
 * @param validation on examples that are held out
 * @param checkpointSteps steps between two checkpoints
 * @param seed of the adapter's first values, of what is held out and of the examples' order
 * @param wire what gradients travel as between ranks
 * @param savings how work and memory are saved
 */
public record TrainingSettings(
    Optional<LoraConfig> lora,
    Optimization optimization,
    int epochs,
    int batchSize,
    int microBatchSize,
    Validation validation,
    int checkpointSteps,
    long seed,
    WireType wire,
    Savings savings) {

  public TrainingSettings {
    if (epochs < 1 || batchSize < 1 || microBatchSize < 1 || checkpointSteps < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Training needs at least one epoch, row a batch and step between checkpoints, not %d,"
                  + " %d, %d and %d",
              epochs,
              batchSize,
              microBatchSize,
              checkpointSteps));
    }
  }
}
