package io.geolocsft.gemma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.geolocsft.gemma.TextConfig.LayerType;
import io.geolocsft.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
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

  // The largest Gemma 3 has 62; a hostile file must not make us list billions.
  private static final int MAX_LAYERS = 1_000;

  // Four times the largest number of a Gemma 3, its vocabulary's size; the product of any three
  // still fits into 64 bits, so that no shape overflows.
  private static final int MAX_SIZE = 1 << 20;

  /**
   * Reads {@code config.json} of a model folder.
   *
   * @throws IOException if the file is missing, is no JSON, or describes no Gemma 3 that this
   *     implementation can run; the message names the file and the key
   */
  public static GemmaConfig read(Path modelFolder) throws IOException {
    Path file = modelFolder.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      throw new IOException("No config.json in the model folder " + modelFolder);
    }
    JsonNode json = JsonFile.read(file);
    try {
      return parse(json);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  static GemmaConfig parse(JsonNode root) {
    String type = root.path("model_type").asText("");
    return switch (type) {
      case "gemma3" ->
          new GemmaConfig(
              text(new Section(root, "").object("text_config")),
              Optional.of(
                  vision(
                      new Section(root, "").object("vision_config"),
                      new Section(root, "").positive("mm_tokens_per_image", 256))),
              imageTokenId(new Section(root, "")));
      case "gemma3_text" ->
          new GemmaConfig(
              text(new Section(root, "")), Optional.empty(), imageTokenId(new Section(root, "")));
      default ->
          throw new IllegalArgumentException(
              "model_type is '%s'; gemma3 or gemma3_text is needed"
                  .formatted(JsonFile.quote(type)));
    };
  }

  private static int imageTokenId(Section json) {
    return json.positive("image_token_index", json.positive("image_token_id", 262_144));
  }

  private static TextConfig text(Section json) {
    int layers = layers(json, 26);
    json.refuse("attn_logit_softcapping");
    json.refuse("use_bidirectional_attention");
    json.only("hidden_activation", "gelu_pytorch_tanh");
    Section global = rope(json, "full_attention");
    Section local = rope(json, "sliding_attention");
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
        json.positive("sliding_window", 4096),
        layerTypes(json, layers),
        global.number("rope_theta", json.number("rope_theta", 1e6)),
        linearFactor(global.isMissing() ? json.section("rope_scaling") : global),
        local.number("rope_theta", json.number("rope_local_base_freq", 1e4)),
        json.optionalNumber("final_logit_softcapping"));
  }

  /** The newer spelling holds one object a layer type; the older has keys of its own. */
  private static Section rope(Section json, String layerType) {
    return json.section("rope_parameters").section(layerType);
  }

  private static double linearFactor(Section rope) {
    String type = rope.json().path("rope_type").asText(rope.json().path("type").asText("default"));
    return switch (type) {
      case "default" -> 1;
      case "linear" ->
          rope.optionalNumber("factor")
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(rope.path() + "factor is missing: type linear"));
      default ->
          throw new IllegalArgumentException(
              "%srope_type is '%s'; Gemma 3 has default and linear"
                  .formatted(rope.path(), JsonFile.quote(type)));
    };
  }

  private static int layers(Section json, int otherwise) {
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

  private static List<LayerType> layerTypes(Section json, int layers) {
    JsonNode listed = json.json().path("layer_types");
    if (listed.isArray()) {
      return StreamSupport.stream(listed.spliterator(), false)
          .map(type -> layerType(type.asText()))
          .toList();
    }
    int pattern =
        json.positive("sliding_window_pattern", json.positive("_sliding_window_pattern", 6));
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

  private static VisionConfig vision(Section json, int tokensPerImage) {
    json.only("hidden_act", "gelu_pytorch_tanh");
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

  /** One JSON object with typed, range-checked access; {@code path} leads every message. */
  private record Section(JsonNode json, String path) {

    /** A section that may be absent. */
    Section section(String key) {
      return new Section(json.path(key), path + key + ".");
    }

    /** A section that must be there. */
    Section object(String key) {
      if (!json.path(key).isObject()) {
        throw new IllegalArgumentException(path + key + " is missing or no JSON object");
      }
      return section(key);
    }

    boolean isMissing() {
      return json.isMissingNode();
    }

    int positive(String key, int otherwise) {
      JsonNode value = json.path(key);
      if (value.isMissingNode() || value.isNull()) {
        return otherwise;
      }
      if (!value.canConvertToInt()
          || !value.isIntegralNumber()
          || value.intValue() < 1
          || value.intValue() > MAX_SIZE) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s%s is %s; an integer from 1 to %d is needed",
                path,
                key,
                JsonFile.quote(value),
                MAX_SIZE));
      }
      return value.intValue();
    }

    double number(String key, double otherwise) {
      return optionalNumber(key).orElse(otherwise);
    }

    OptionalDouble optionalNumber(String key) {
      JsonNode value = json.path(key);
      if (value.isMissingNode() || value.isNull()) {
        return OptionalDouble.empty();
      }
      if (!value.isNumber()
          || !(value.doubleValue() > 0)
          || Double.isInfinite(value.doubleValue())) {
        throw new IllegalArgumentException(
            path + key + " is " + JsonFile.quote(value) + "; a positive number is needed");
      }
      return OptionalDouble.of(value.doubleValue());
    }

    void refuse(String key) {
      JsonNode value = json.path(key);
      boolean off = value.isMissingNode() || value.isNull() || value.equals(BooleanNode.FALSE);
      if (!off) {
        throw new IllegalArgumentException(
            "%s%s is %s; no released Gemma 3 sets it, and it is not supported"
                .formatted(path, key, JsonFile.quote(value)));
      }
    }

    void only(String key, String allowed) {
      String value = json.path(key).asText(allowed);
      if (!value.equals(allowed)) {
        throw new IllegalArgumentException(
            "%s%s is '%s'; only '%s' is supported"
                .formatted(path, key, JsonFile.quote(value), allowed));
      }
    }
  }
}
