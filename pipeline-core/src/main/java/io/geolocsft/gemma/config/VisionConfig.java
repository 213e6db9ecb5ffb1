package io.geolocsft.gemma.config;

import java.util.Locale;

/**
 * The SigLIP vision tower of a Gemma 3 and its projector, with the field names of its {@code
 * config.json}.
 *
 * @param imageSize pixels a side of the square input
 * @param patchSize pixels a side of a patch
 * @param tokensPerImage soft tokens that the projector makes of an image ({@code
 *     mm_tokens_per_image})
 */
public record VisionConfig(
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int imageSize,
    int patchSize,
    double layerNormEps,
    int tokensPerImage) {

  public VisionConfig {
    int side = (int) Math.round(Math.sqrt(tokensPerImage));
    if (patchSize < 1 || imageSize < patchSize || side * side != tokensPerImage) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "image_size %d, patch_size %d and mm_tokens_per_image %d do not fit: the tokens must form a square",
              imageSize,
              patchSize,
              tokensPerImage));
    }
    if (imageSize / patchSize % side != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d patches a side cannot be pooled to %d tokens a side",
              imageSize / patchSize,
              side));
    }
    if (numAttentionHeads < 1 || hiddenSize % numAttentionHeads != 0) {
      throw new IllegalArgumentException(
          "vision hidden_size must be a multiple of num_attention_heads");
    }
  }

  /** Patches a side of the square image. */
  public int grid() {
    return imageSize / patchSize;
  }

  /** Patches a side that are averaged to one soft token. */
  public int pool() {
    return grid() / (int) Math.round(Math.sqrt(tokensPerImage));
  }
}
