package io.geolocsft.gemma;

import ai.djl.ndarray.NDList;

/** Low-rank pairs beside the linear layers of the decoder. */
public interface LinearAdapter {

  /** What the pairs' product is multiplied by, and the dropout before them. */
  Kernels.Lora settings();

  /**
   * A layer's pairs A {@code [rank, inputs]} and B {@code [outputs, rank]} as the kernels take
   * them: for each group of projections that share an input (q, k and v; o; gate and up; down) all
   * A, then all B. A projection without a pair has rank 0 there.
   */
  NDList layer(int index);

  /** The same pairs, with nothing dropped out in training. */
  default LinearAdapter withoutDropout() {
    LinearAdapter same = this;
    return new LinearAdapter() {
      @Override
      public Kernels.Lora settings() {
        return new Kernels.Lora(same.settings().scale(), 0);
      }

      @Override
      public NDList layer(int index) {
        return same.layer(index);
      }
    };
  }
}
