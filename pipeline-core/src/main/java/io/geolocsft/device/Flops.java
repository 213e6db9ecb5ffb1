package io.geolocsft.device;

import io.geolocsft.gemma.TextConfig;
import io.geolocsft.gemma.TextConfig.LayerType;

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

  /** Of one query over keys, scores and sums, in all layers. */
  private double attention(double keys) {
    double flops = 0;
    for (LayerType type : text.layerTypes()) {
      double seen = type == LayerType.FULL_ATTENTION ? keys : Math.min(keys, text.slidingWindow());
      flops += 4.0 * text.numAttentionHeads() * text.headDim() * seen;
    }
    return flops;
  }

  /**
   * A pass over whole rows.
   *
   * @param logits positions whose logits are made
   */
  double forward(int rows, int length, int logits) {
    double tokens = (double) rows * length;
    return tokens * (2 * matrices() * text.numHiddenLayers() + attention((length + 1) / 2.0))
        + 2.0 * logits * text.vocabSize() * text.hiddenSize();
  }

  /** There and back. Frozen weights have no gradients, so the way back costs as much again. */
  double training(int rows, int length, int targets) {
    return 2 * forward(rows, length, targets);
  }

  /** New tokens, one after the other. */
  double decoding(int rows, int prompt, int tokens) {
    double each =
        2 * matrices() * text.numHiddenLayers()
            + attention(prompt + tokens / 2.0)
            + 2.0 * text.vocabSize() * text.hiddenSize();
    return rows * (double) tokens * each;
  }
}
