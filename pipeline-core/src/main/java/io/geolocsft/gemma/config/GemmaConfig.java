package io.geolocsft.gemma.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.gemma.config.TextConfig.LayerType;
import io.geolocsft.json.JsonFile;
import io.geolocsft.json.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * What {@code config.json} says of a Gemma 3. Keys that a file leaves out have the defaults of
 * {@code Gemma3TextConfig} and {@code SiglipVisionConfig} in transformers, as the released 4B file
 * needs.
 *
 * @param vision absent in the text-only models (270M and 1B)
 * @param imageTokenId the token that stands for one image feature
 */
public record GemmaConfig(TextConfig text, Optional<VisionConfig> vision, int imageTokenId) {

  private static final String GELU = "gelu_pytorch_tanh";

  // The largest Gemma 3 has 62; a hostile file must not make us list billions.
  private static final int MAX_LAYERS = 1_000;

  /** What transformers reads in {@code text_config}, and passes over where it stands beside it. */
  private static final List<String> OF_THE_TEXT =
      List.of(
          "rope_parameters",
          "rope_scaling",
          "rope_theta",
          "rope_local_base_freq",
          "partial_rotary_factor",
          "sliding_window",
          "sliding_window_pattern",
          "layer_types",
          "num_attention_heads",
          "num_key_value_heads",
          "head_dim",
          "query_pre_attn_scalar",
          "rms_norm_eps",
          "hidden_activation",
          "attention_bias",
          "attention_dropout",
          "final_logit_softcapping",
          "attn_logit_softcapping",
          "use_bidirectional_attention");

  /**
   * Reads {@code config.json} of a model folder.
   *
   * @throws IOException if the file is missing, is no JSON, or describes no Gemma 3 that this
   *     implementation can run; the message names the file and the key
   */
  public static GemmaConfig read(Path modelFolder) throws IOException {
    Path file = modelFolder.resolve(CompanionFiles.CONFIG);
    if (!Files.isRegularFile(file)) {
      throw new UnusableFileException("No config.json in the model folder " + modelFolder);
    }
    JsonNode json = JsonFile.read(file);
    try {
      return parse(json);
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(file + ": " + e.getMessage(), e);
    }
  }

  static GemmaConfig parse(JsonNode root) {
    String type = root.path("model_type").asText("");
    ConfigSection whole = new ConfigSection(root, "");
    checkWeights(whole);
    return switch (type) {
      case "gemma3" -> multimodal(whole);
      case "gemma3_text" -> new GemmaConfig(text(whole), Optional.empty(), imageTokenId(whole));
      default ->
          throw new IllegalArgumentException(
              "model_type is '%s'; gemma3 or gemma3_text is needed"
                  .formatted(JsonFile.quote(type)));
    };
  }

  private static GemmaConfig multimodal(ConfigSection whole) {
    ConfigSection text = whole.object("text_config");
    ConfigSection vision = whole.object("vision_config");
    checkWeights(text);
    text.only("model_type", "gemma3_text");
    vision.only("model_type", "siglip_vision_model");
    TextConfig read = text(text);
    OF_THE_TEXT.stream()
        .filter(key -> whole.has(key) && !isNeutral(key, whole, text, read))
        .findFirst()
        .ifPresent(
            key -> {
              throw whole.refused(
                  key, "transformers reads it in text_config alone: put it there, or remove it");
            });
    int tokens = whole.positive("mm_tokens_per_image", 256);
    return new GemmaConfig(read, Optional.of(vision(vision, tokens)), imageTokenId(whole));
  }

  /** Whether a key that stands beside {@code text_config} says what holds there anyhow. */
  private static boolean isNeutral(
      String key, ConfigSection whole, ConfigSection text, TextConfig read) {
    ObjectNode moved = text.json().deepCopy();
    moved.set(key, whole.json().path(key));
    try {
      return text(new ConfigSection(moved, "")).equals(read);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Weights that are stored in another way than by one tensor each, or twice. */
  private static void checkWeights(ConfigSection json) {
    for (String key : List.of("quantization_config", "compression_config")) {
      if (json.has(key)) {
        throw json.refused(
            key, "quantized weights are not supported: use the checkpoint they were made from");
      }
    }
    if (json.has("tie_word_embeddings") && !json.json().path("tie_word_embeddings").asBoolean()) {
      throw json.refused(
          "tie_word_embeddings",
          "a Gemma 3's output head is its embedding, and one of its own is not supported");
    }
  }

  private static int imageTokenId(ConfigSection json) {
    int newer = json.positive("image_token_id", 262_144);
    int token = json.positive("image_token_index", newer);
    if (json.has("image_token_id") && token != newer) {
      throw json.refused("image_token_id", "image_token_index has another value");
    }
    return token;
  }

  private static TextConfig text(ConfigSection json) {
    int layers = layers(json, 26);
    json.refuse("attn_logit_softcapping");
    json.refuse("use_bidirectional_attention");
    json.refuse("attention_bias");
    json.only("attention_dropout", 0);
    json.only("hidden_activation", GELU);
    json.only("hidden_act", GELU);
    RotarySettings rotary = RotarySettings.of(json);
    return new TextConfig(
        json.positive("vocab_size", 262_208),
        json.positive("hidden_size", 2304),
        json.positive("intermediate_size", 9216),
        layers,
        json.positive("num_attention_heads", 8),
        json.positive("num_key_value_heads", 4),
        json.positive("head_dim", 256),
        json.number("query_pre_attn_scalar", 256),
        json.number("rms_norm_eps", 1e-6),
        slidingWindow(json),
        layerTypes(json, layers),
        rotary.theta(),
        rotary.linearFactor(),
        rotary.localTheta(),
        json.optionalNumber("final_logit_softcapping"));
  }

  private static int slidingWindow(ConfigSection json) {
    if (json.json().path("sliding_window").isNull()) {
      throw json.refused("sliding_window", "give a number, or leave it out");
    }
    return json.positive("sliding_window", 4096);
  }

  private static int layers(ConfigSection json, int otherwise) {
    int layers = json.positive("num_hidden_layers", otherwise);
    if (layers > MAX_LAYERS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%snum_hidden_layers is %d; at most %d are supported",
              json.path(),
              layers,
              MAX_LAYERS));
    }
    return layers;
  }

  /**
   * {@code layer_types}, or what {@code sliding_window_pattern} makes. With an underscore the
   * pattern is what transformers notes of itself, and does not read.
   */
  private static List<LayerType> layerTypes(ConfigSection json, int layers) {
    List<LayerType> patterned = patterned(json.positive("sliding_window_pattern", 6), layers);
    if (!json.has("layer_types")) {
      int noted = json.positive("_sliding_window_pattern", 6);
      if (json.has("_sliding_window_pattern") && !patterned(noted, layers).equals(patterned)) {
        throw json.refused(
            "_sliding_window_pattern",
            "transformers does not read it: call it sliding_window_pattern, or list layer_types");
      }
      return patterned;
    }
    List<LayerType> listed = listed(json.json().path("layer_types"));
    if (json.has("sliding_window_pattern") && !listed.equals(patterned)) {
      throw json.refused("sliding_window_pattern", "layer_types says otherwise");
    }
    return listed;
  }

  private static List<LayerType> listed(JsonNode types) {
    if (!types.isArray()) {
      throw new IllegalArgumentException("layer_types is not a JSON array");
    }
    return StreamSupport.stream(types.spliterator(), false)
        .map(type -> layerType(type.asText()))
        .toList();
  }

  private static List<LayerType> patterned(int pattern, int layers) {
    return IntStream.rangeClosed(1, layers)
        .mapToObj(i -> i % pattern == 0 ? LayerType.FULL_ATTENTION : LayerType.SLIDING_ATTENTION)
        .toList();
  }

  private static LayerType layerType(String name) {
    return Arrays.stream(LayerType.values())
        .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "layer_types has '%s'; known are full_attention and sliding_attention"
                        .formatted(JsonFile.quote(name))));
  }

  private static VisionConfig vision(ConfigSection json, int tokensPerImage) {
    json.only("hidden_act", GELU);
    json.only("num_channels", 3);
    json.only("attention_dropout", 0);
    return new VisionConfig(
        json.positive("hidden_size", 768),
        json.positive("intermediate_size", 3072),
        layers(json, 12),
        json.positive("num_attention_heads", 12),
        json.positive("image_size", 224),
        json.positive("patch_size", 16),
        json.number("layer_norm_eps", 1e-6),
        tokensPerImage);
  }
}
