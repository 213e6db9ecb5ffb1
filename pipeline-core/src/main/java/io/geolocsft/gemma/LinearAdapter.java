package io.geolocsft.gemma;

import ai.djl.ndarray.NDList;

/** Low-rank pairs beside the linear layers of the decoder. */
public interface LinearAdapter {

  /** What the pairs' product is multiplied by, and the dropout before them. */
  Kernels.Lora settings();

  /**
   * A layer's pairs A {@code [rank, inputs]} and B {@code [outputs, rank]}, in the order of the
   * decoder's linear layers (q, k, v, o, gate, up, down); a layer without a pair has empty arrays
   * there.
   */
  NDList layer(int index);
}
