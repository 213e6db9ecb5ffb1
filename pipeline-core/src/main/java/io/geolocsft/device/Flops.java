package io.geolocsft.device;

import io.geolocsft.gemma.config.TextConfig;
import io.geolocsft.gemma.config.TextConfig.LayerType;
import java.util.function.ToDoubleFunction;

/**
 * Floating-point operations that the decoder's mathematics asks for, a multiplication and an
 * addition counted as two: the numerator of model FLOP utilisation (PaLM, arXiv 2204.02311,
 * appendix B). Those of layers that are run again to save memory and of the adapters are not
 * counted.
 */
record Flops(TextConfig text) {

  /** Weights of a layer's matrices. */
  private double matrices() {
    double attention = 2.0 * (text.numAttentionHeads() + text.numKeyValueHeads()) * text.headDim();
    return text.hiddenSize() * (attention + 3.0 * text.intermediateSize());
  }

  /** Scores and sums of one query over as many keys as it sees on average, in all layers. */
  private double attention(ToDoubleFunction<LayerType> keys) {
    return text.layerTypes().stream().mapToDouble(keys).sum()
        * (4.0 * text.numAttentionHeads() * text.headDim());
  }

  /** Keys that a token of a causal row sees on average. */
  private double seen(LayerType type, int length) {
    double window =
        type == LayerType.FULL_ATTENTION ? length : Math.min(length, text.slidingWindow());
    return (window * (window + 1) / 2 + (length - window) * window) / length;
  }

  private double head(double tokens) {
    return 2.0 * tokens * text.vocabSize() * text.hiddenSize();
  }

  /**
   * A pass over whole rows.
   *
   * @param logits positions whose logits are made
   */
  double forward(int rows, int length, int logits) {
    return pass(rows, length, 1, 1) + head(logits);
  }

  private double pass(int rows, int length, double products, double attentions) {
    return (double) rows
        * length
        * (products * 2 * matrices() * text.numHiddenLayers()
            + attentions * attention(type -> seen(type, length)));
  }

  /**
   * There and back. Frozen weights have no gradients, so the way back costs as much again; both
   * sides of attention's products have, so its way back costs twice as much.
   */
  double training(int rows, int length, int targets) {
    return pass(rows, length, 2, 3) + 2 * head(targets);
  }

  /** A prompt and new tokens, one after the other. */
  double decoding(int rows, int prompt, int tokens) {
    double keys = prompt + (tokens + 1) / 2.0;
    double each =
        2 * matrices() * text.numHiddenLayers()
            + attention(
                type ->
                    type == LayerType.FULL_ATTENTION ? keys : Math.min(keys, text.slidingWindow()));
    return rows * tokens * each + head((double) rows * tokens) + forward(rows, prompt, 0);
  }
}
