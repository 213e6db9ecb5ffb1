package io.geolocsft.grpo;

import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.KeyValueCache;
import io.geolocsft.gemma.TokenBatch;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.grpo.PolicyBatch.Lessons;
import io.geolocsft.training.Savings;
import io.geolocsft.training.TrainingMemory;
import java.util.List;

/**
 * What drawing answers and learning from them takes of a device's memory beside weights and
 * adapter, by formula.
 *
 * @param type of the weights
 * @param savings prefixes that are run once, layers that are computed again
 */
public record PolicyMemory(GemmaConfig config, DataType type, Savings savings) {

  /** Logits of a choice in float32: as they are, scaled, and their probabilities. */
  private static final int LOGIT_BYTES = 12;

  /**
   * Bytes of answers that are drawn at once: keys and values, logits, and the activations of one
   * layer while prompts are read.
   *
   * @param images how many
   * @param shared tokens that all prompts begin with
   * @param own further tokens of the longest prompt
   * @param answers of each image
   * @param newTokens of an answer, at most
   */
  public long drawing(int images, int shared, int own, int answers, int newTokens) {
    long cache = KeyValueCache.bytes(config.text(), type, images, shared, own, answers, newTokens);
    long logits = (long) images * answers * config.text().vocabSize() * LOGIT_BYTES;
    return cache + logits + TrainingMemory.layer(config, type, shared + (long) images * own);
  }

  /**
   * Bytes of answers that are learned from at once, see {@link TrainingMemory}.
   *
   * @param images how many
   * @param shared tokens that all prompts begin with
   * @param own further tokens of the longest row, a prompt with its answers
   * @param choices of all answers
   */
  public long learning(int images, int shared, int own, long choices) {
    return TrainingMemory.activations(config, type, savings, shared + (long) images * own)
        + TrainingMemory.logits(config, savings, choices);
  }

  /** As above, of prompts. */
  long drawing(List<LocatedExample> images, int answers, int newTokens) {
    List<int[]> prompts = images.stream().map(LocatedExample::prompt).toList();
    int shared = shared(prompts);
    int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    return drawing(images.size(), shared, longest - shared, answers, newTokens);
  }

  /** As above, of images with their answers. */
  long learning(List<Lessons> images) {
    int shared = shared(images.stream().map(lessons -> lessons.image().prompt()).toList());
    int longest = images.stream().mapToInt(Lessons::tokens).max().orElseThrow();
    long choices = images.stream().mapToLong(Lessons::choices).sum();
    return learning(images.size(), shared, longest - shared, choices);
  }

  /** How many first tokens of prompts are run once. */
  int shared(List<int[]> prompts) {
    int shortest = prompts.stream().mapToInt(prompt -> prompt.length).min().orElse(1);
    return savings.sharedPrefix()
        ? TokenBatch.commonPrefix(prompts, config.imageTokenId(), shortest - 1)
        : 0;
  }
}
