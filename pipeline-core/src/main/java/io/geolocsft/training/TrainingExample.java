package io.geolocsft.training;

import java.util.Locale;

/**
 * One row to learn from.
 *
 * @param imageId names the row in messages and the log
 * @param tokens prompt and target, image tokens included
 * @param targetStart index of the first target token; those from there on are learned
 * @param uri where the image is found
 * @param sha256 of the image's bytes, the key of its cached features
 * @param views how often the prompt shows the image: once, or also its crops
 */
public record TrainingExample(
    String imageId, int[] tokens, int targetStart, String uri, String sha256, int views) {

  /** A row that shows its image once. */
  public TrainingExample(String imageId, int[] tokens, int targetStart, String uri, String sha256) {
    this(imageId, tokens, targetStart, uri, sha256, 1);
  }

  public TrainingExample {
    if (views < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Example %s shows its image %d times; it needs once at least",
              imageId,
              views));
    }
    if (targetStart < 1 || targetStart >= tokens.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Example %s has %d tokens and its target begins at %d: prompt or target is empty",
              imageId,
              tokens.length,
              targetStart));
    }
  }

  /** Tokens that the loss counts. */
  public int targetTokens() {
    return tokens.length - targetStart;
  }
}
