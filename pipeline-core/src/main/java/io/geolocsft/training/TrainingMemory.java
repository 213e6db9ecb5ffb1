package io.geolocsft.training;

import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.DecoderLinears;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.gemma.config.TextConfig;
import io.geolocsft.lora.LoraConfig;

/**
 * What training an adapter takes of a device's memory, in bytes, by formula.
 *
 * <p>With {@code b} bytes a weight, {@code h} the hidden size, {@code f} the intermediate size,
 * {@code q} and {@code k} the widths of queries and of keys:
 *
 * <ul>
 *   <li>weights: parameters {@code x b}
 *   <li>adapter: its parameters {@code x 24}: value, gradient, two moments, and gradients twice
 *       while ranks sum them, in float32
 *   <li>a token's activations in a layer: four norms that keep their inputs in float32, the inputs
 *       of the projections, queries and keys before and after norm and rotation, keys and values
 *       spread over the queries' heads, the attention's output, and four times the width of the
 *       feed-forward: {@code 16 h + 2 h b + (q + 2 k) b + 4 (q + k) + (q + k) b + 3 q b + 4 f b}
 *   <li>activations: those of all layers and, on the way back, of one more; with gradient
 *       checkpointing {@code h b} a layer and those of one
 *   <li>logits: 12 bytes for each that is held at a time
 * </ul>
 *
 * PyTorch's own context, about half a GiB on a GPU, comes on top, and what its allocator cannot
 * use.
 */
public record TrainingMemory(long weights, long adapter, long activations, long logits) {

  private static final int ADAPTER_BYTES = 24;
  private static final int LOGIT_BYTES = 12;

  /**
   * The memory of a micro-batch.
   *
   * @param type of the weights
   * @param rows of the micro-batch
   * @param tokens of a row
   * @param targets of them that are learned
   */
  public static TrainingMemory of(
      GemmaConfig config,
      DataType type,
      LoraConfig lora,
      Savings savings,
      int rows,
      int tokens,
      int targets) {
    return new TrainingMemory(
        GemmaWeights.parameters(config) * type.getNumOfBytes(),
        parameters(config, lora) * ADAPTER_BYTES,
        activations(config, type, savings, (long) rows * tokens),
        logits(config, savings, (long) rows * targets));
  }

  /** What is kept of tokens for the way back. */
  public static long activations(GemmaConfig config, DataType type, Savings savings, long tokens) {
    TextConfig text = config.text();
    long layer = layer(config, type, tokens);
    return savings.recomputeLayers()
        ? tokens * text.hiddenSize() * type.getNumOfBytes() * text.numHiddenLayers() + layer
        : layer * (text.numHiddenLayers() + 1);
  }

  /** The activations of tokens in a single layer. */
  public static long layer(GemmaConfig config, DataType type, long tokens) {
    return tokens * tokenBytes(config.text(), type.getNumOfBytes());
  }

  /** What the logits of learned tokens take at a time. */
  public static long logits(GemmaConfig config, Savings savings, long targets) {
    return Math.min(savings.logits(), targets * config.text().vocabSize()) * LOGIT_BYTES;
  }

  /** Values of an adapter. */
  public static long parameters(GemmaConfig config, LoraConfig lora) {
    return DecoderLinears.of(config).stream()
        .flatMap(layer -> layer.stream())
        .filter(linear -> lora.targetModules().contains(linear.module()))
        .mapToLong(linear -> lora.rank() * (linear.inputs() + linear.outputs()))
        .sum();
  }

  private static long tokenBytes(TextConfig text, int bytes) {
    long hidden = text.hiddenSize();
    long queries = (long) text.numAttentionHeads() * text.headDim();
    long keys = (long) text.numKeyValueHeads() * text.headDim();
    return 16 * hidden
        + 2 * hidden * bytes
        + (queries + 2 * keys) * bytes
        + 4 * (queries + keys)
        + (queries + keys) * bytes
        + 3 * queries * bytes
        + 4L * text.intermediateSize() * bytes;
  }

  public long total() {
    return weights + adapter + activations + logits;
  }
}
