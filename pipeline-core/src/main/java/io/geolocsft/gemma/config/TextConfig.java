package io.geolocsft.gemma.config;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The text decoder of a Gemma 3, with the field names of its {@code config.json}.
 *
 * @param layerTypes one entry a layer: whether it attends to a sliding window or to everything
 * @param queryPreAttnScalar scores are scaled by its inverse square root
 * @param slidingWindow keys that a query of a sliding layer sees, itself included
 * @param ropeTheta rotary base of the global layers
 * @param ropeLinearFactor divides the rotary frequencies of the global layers; 1 means unscaled
 * @param ropeLocalTheta rotary base of the sliding layers
 * @param finalLogitSoftcapping where present, logits become {@code cap * tanh(logits / cap)}
 */
public record TextConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    double queryPreAttnScalar,
    double rmsNormEps,
    int slidingWindow,
    List<LayerType> layerTypes,
    double ropeTheta,
    double ropeLinearFactor,
    double ropeLocalTheta,
    OptionalDouble finalLogitSoftcapping) {

  /** What a layer attends to. */
  public enum LayerType {
    FULL_ATTENTION,
    SLIDING_ATTENTION
  }

  public TextConfig {
    layerTypes = List.copyOf(layerTypes);
    require(
        numKeyValueHeads > 0 && numAttentionHeads % numKeyValueHeads == 0,
        "num_attention_heads must be a multiple of num_key_value_heads");
    require(headDim % 2 == 0, "head_dim must be even, for rotary position embedding");
    require(
        layerTypes.size() == numHiddenLayers, "layer_types must have num_hidden_layers entries");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /**
   * Inverse rotary frequencies of a layer of this type, radians a position, {@code [head_dim / 2]}.
   */
  public float[] rotaryFrequencies(LayerType type) {
    boolean global = type == LayerType.FULL_ATTENTION;
    double theta = global ? ropeTheta : ropeLocalTheta;
    float factor = (float) (global ? ropeLinearFactor : 1);
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) (1 / Math.pow(theta, 2.0 * i / headDim)) / factor;
    }
    return frequencies;
  }
}
