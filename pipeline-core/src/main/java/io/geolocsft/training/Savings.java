package io.geolocsft.training;

/**
 * Ways to save work or memory, none of which changes loss or gradients but by rounding.
 *
 * @param sharedPrefix whether the tokens that a micro-batch's rows begin with are run once
 * @param recomputeLayers whether layers are rerun in the backward pass instead of being kept
 * @param logits most logits that the loss holds at a time: positions times words
 */
public record Savings(boolean sharedPrefix, boolean recomputeLayers, long logits) {

  /** 256 MiB of float32 logits. */
  public static final long USUAL_LOGITS = 1L << 26;

  public static final Savings USUAL = new Savings(true, false, USUAL_LOGITS);
}
