package io.geolocsft.parity;

/** What is compared in float32, by its name in the golden file. */
public enum Output {
  VISION_FEATURES("vision_features", true, false),
  IMAGE_FEATURES("image_features", true, false),
  LOGITS("logits", false, false),
  LOSS("loss", false, false),
  /** Rows that leave the golden tokens where their margin forbids it. */
  GREEDY_TOKENS("greedy_tokens", false, false),
  ADAPTER_LOGITS("adapter_logits", false, true),
  ADAPTER_LOSS("adapter_loss", false, true),
  /** Distance of a gradient from the golden one, relative to the latter's norm. */
  GRADIENTS("gradient", false, true);

  private final String tensor;
  private final boolean needsImages;
  private final boolean needsAdapter;

  Output(String tensor, boolean needsImages, boolean needsAdapter) {
    this.tensor = tensor;
    this.needsImages = needsImages;
    this.needsAdapter = needsAdapter;
  }

  /** The tensor's name in the file; the first part of the gradients' names. */
  public String tensor() {
    return tensor;
  }

  boolean needsImages() {
    return needsImages;
  }

  boolean needsAdapter() {
    return needsAdapter;
  }

  /** Whether a file without it is not a golden file; gradients are large and may be left out. */
  boolean isRequired(boolean images) {
    return this != GRADIENTS && (images || !needsImages);
  }

  /** Whether rounding moves it; tokens either are the same or are not. */
  boolean hasYardstick() {
    return this != GREEDY_TOKENS;
  }
}
