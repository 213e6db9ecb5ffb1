package io.geolocsft.parity;

/** What is compared in float32, by its name in the golden file. */
public enum Output {
  VISION_FEATURES("vision_features", 1e-4, false),
  IMAGE_FEATURES("image_features", 1e-4, false),
  LOGITS("logits", 1e-4, false),
  LOSS("loss", 1e-5, false),
  /** Rows that leave the golden tokens where their margin forbids it. */
  GREEDY_TOKENS("greedy_tokens", 0, false),
  ADAPTER_LOGITS("adapter_logits", 1e-4, true),
  ADAPTER_LOSS("adapter_loss", 1e-5, true),
  /** Distance of a gradient from the golden one, relative to the latter's norm. */
  GRADIENTS("gradient", 1e-3, true);

  private final String tensor;
  private final double tolerance;
  private final boolean needsAdapter;

  Output(String tensor, double tolerance, boolean needsAdapter) {
    this.tensor = tensor;
    this.tolerance = tolerance;
    this.needsAdapter = needsAdapter;
  }

  /** The tensor's name in the file; the first part of the gradients' names. */
  public String tensor() {
    return tensor;
  }

  /** The greatest difference that rounding alone may make. */
  public double tolerance() {
    return tolerance;
  }

  boolean needsAdapter() {
    return needsAdapter;
  }
}
