package io.geolocsft.gemma.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.gemma.config.TextConfig.LayerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts have the keys and values of the files that were released with the models. */
class TestGemmaConfig {

  private static final String RELEASED_4B =
      """
      {
        "architectures": ["Gemma3ForConditionalGeneration"],
        "boi_token_index": 255999, "eoi_token_index": 256000, "eos_token_id": [1, 106],
        "image_token_index": 262144, "initializer_range": 0.02, "mm_tokens_per_image": 256,
        "model_type": "gemma3",
        "text_config": {
          "hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text",
          "num_hidden_layers": 34, "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
          "sliding_window": 1024
        },
        "torch_dtype": "bfloat16", "transformers_version": "4.50.0.dev0",
        "vision_config": {
          "hidden_size": 1152, "image_size": 896, "intermediate_size": 4304,
          "model_type": "siglip_vision_model", "num_attention_heads": 16,
          "num_hidden_layers": 27, "patch_size": 14, "vision_use_head": false
        }
      }
      """;

  private static final String RELEASED_12B =
      RELEASED_4B
          .replace("\"hidden_size\": 2560", "\"hidden_size\": 3840, \"num_attention_heads\": 16")
          .replace("10240", "15360, \"num_key_value_heads\": 8")
          .replace("34", "48");

  private static final String RELEASED_27B =
      RELEASED_4B
          .replace(
              "\"hidden_size\": 2560",
              "\"head_dim\": 128, \"hidden_size\": 5376, \"num_attention_heads\": 32,"
                  + " \"query_pre_attn_scalar\": 168")
          .replace("10240", "21504, \"num_key_value_heads\": 16")
          .replace("34", "62");

  private static final String RELEASED_1B =
      """
      {
        "architectures": ["Gemma3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
        "attn_logit_softcapping": null, "bos_token_id": 2, "cache_implementation": "hybrid",
        "eos_token_id": [1, 106], "final_logit_softcapping": null, "head_dim": 256,
        "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1152, "initializer_range": 0.02,
        "intermediate_size": 6912, "max_position_embeddings": 32768, "model_type": "gemma3_text",
        "num_attention_heads": 4, "num_hidden_layers": 26, "num_key_value_heads": 1,
        "pad_token_id": 0, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06,
        "rope_local_base_freq": 10000, "rope_scaling": null, "rope_theta": 1000000,
        "sliding_window": 512, "sliding_window_pattern": 6, "torch_dtype": "bfloat16",
        "transformers_version": "4.50.0.dev0", "use_cache": true, "vocab_size": 262144
      }
      """;

  private static final String RELEASED_270M =
      """
      {
        "_sliding_window_pattern": 6, "architectures": ["Gemma3ForCausalLM"],
        "attention_bias": false, "attn_logit_softcapping": null, "final_logit_softcapping": null,
        "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 640,
        "intermediate_size": 2048,
        "layer_types": [
          "sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention",
          "sliding_attention", "full_attention", "sliding_attention", "sliding_attention",
          "sliding_attention", "sliding_attention", "sliding_attention", "full_attention",
          "sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention",
          "sliding_attention", "full_attention"
        ],
        "max_position_embeddings": 32768, "model_type": "gemma3_text", "num_attention_heads": 4,
        "num_hidden_layers": 18, "num_key_value_heads": 1, "query_pre_attn_scalar": 256,
        "rms_norm_eps": 1e-06, "rope_local_base_freq": 10000.0, "rope_scaling": null,
        "rope_theta": 1000000.0, "sliding_window": 512, "use_bidirectional_attention": false,
        "use_cache": true, "vocab_size": 262144
      }
      """;

  /** The rotary keys as transformers 5 writes them. */
  private static final String NEWER_4B =
      RELEASED_4B.replace(
          "\"rope_scaling\": {\"factor\": 8.0, \"rope_type\": \"linear\"}",
          """
          "rope_parameters": {
            "full_attention": {"factor": 8.0, "rope_theta": 1000000.0, "rope_type": "linear"},
            "sliding_attention": {"rope_theta": 10000.0, "rope_type": "default"}
          }\
          """);

  @TempDir private Path folder;

  private GemmaConfig read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return GemmaConfig.read(folder);
  }

  @Test
  void fourBillionLeavesOutWhatEqualsTheDefaults() throws IOException {
    GemmaConfig config = read(RELEASED_4B);
    TextConfig text = config.text();
    assertThat(config.imageTokenId()).isEqualTo(262_144);
    assertThat(text.vocabSize()).isEqualTo(262_208);
    assertThat(text.hiddenSize()).isEqualTo(2560);
    assertThat(text.numAttentionHeads()).isEqualTo(8);
    assertThat(text.numKeyValueHeads()).isEqualTo(4);
    assertThat(text.headDim()).isEqualTo(256);
    assertThat(text.queryPreAttnScalar()).isEqualTo(256);
    assertThat(text.slidingWindow()).isEqualTo(1024);
    assertThat(text.ropeTheta()).isEqualTo(1e6);
    assertThat(text.ropeLinearFactor()).isEqualTo(8);
    assertThat(text.ropeLocalTheta()).isEqualTo(1e4);
    assertThat(text.finalLogitSoftcapping()).isEmpty();
    assertThat(globalLayers(text)).containsExactly(5, 11, 17, 23, 29);
    assertThat(config.vision()).contains(new VisionConfig(1152, 4304, 27, 16, 896, 14, 1e-6, 256));
    assertThat(config.vision().orElseThrow().grid()).isEqualTo(64);
    assertThat(config.vision().orElseThrow().pool()).isEqualTo(4);
  }

  @Test
  void bothSpellingsOfTheRotaryKeysMeanTheSame() throws IOException {
    assertThat(NEWER_4B).isNotEqualTo(RELEASED_4B);
    assertThat(read(NEWER_4B)).isEqualTo(read(RELEASED_4B));
  }

  @Test
  void largerModelsDiffer() throws IOException {
    TextConfig twelve = read(RELEASED_12B).text();
    assertThat(List.of(twelve.hiddenSize(), twelve.numHiddenLayers(), twelve.headDim()))
        .containsExactly(3840, 48, 256);
    assertThat(List.of(twelve.numAttentionHeads(), twelve.numKeyValueHeads()))
        .containsExactly(16, 8);
    TextConfig twentySeven = read(RELEASED_27B).text();
    assertThat(List.of(twentySeven.hiddenSize(), twentySeven.numHiddenLayers()))
        .containsExactly(5376, 62);
    assertThat(twentySeven.headDim()).isEqualTo(128);
    assertThat(twentySeven.queryPreAttnScalar()).isEqualTo(168);
  }

  @Test
  void textOnlyModelsHaveNoTower() throws IOException {
    GemmaConfig one = read(RELEASED_1B);
    assertThat(one.vision()).isEmpty();
    assertThat(one.text().ropeLinearFactor()).isEqualTo(1);
    assertThat(globalLayers(one.text())).containsExactly(5, 11, 17, 23);
    GemmaConfig small = read(RELEASED_270M);
    assertThat(small.vision()).isEmpty();
    assertThat(small.text().hiddenSize()).isEqualTo(640);
    assertThat(globalLayers(small.text())).containsExactly(5, 11, 17);
  }

  private static List<Integer> globalLayers(TextConfig text) {
    return IntStream.range(0, text.numHiddenLayers())
        .filter(layer -> text.layerTypes().get(layer) == LayerType.FULL_ATTENTION)
        .boxed()
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gemma3_text | gemma2 | model_type",
        "\"hidden_size\": 640 | \"hidden_size\": 0 | hidden_size",
        "\"hidden_size\": 640 | \"hidden_size\": \"640\" | hidden_size",
        "\"hidden_size\": 640 | \"hidden_size\": 640.5 | hidden_size",
        "\"vocab_size\": 262144 | \"vocab_size\": 99999999999 | vocab_size",
        "\"head_dim\": 256 | \"head_dim\": 1048578 | head_dim is 1048578; an integer from 1 to 1048576",
        "\"hidden_size\": 640 | \"hidden_size\": 2000000000 | hidden_size",
        "\"hidden_size\": 640 | \"hidden_size\": 1e999999999 | hidden_size",
        "\"rope_theta\": 1000000.0 | \"rope_theta\": 1e999999999 | rope_theta",
        "\"num_hidden_layers\": 18 | \"num_hidden_layers\": 17 | layer_types",
        "\"num_hidden_layers\": 18 | \"num_hidden_layers\": 2000000000 | num_hidden_layers",
        "\"full_attention\", \"sliding_attention\" | \"odd\", \"sliding_attention\" | layer_types",
        "\"num_key_value_heads\": 1 | \"num_key_value_heads\": 3 | num_key_value_heads",
        "\"head_dim\": 256 | \"head_dim\": 255 | head_dim",
        "gelu_pytorch_tanh | silu | hidden_activation",
        "\"attn_logit_softcapping\": null | \"attn_logit_softcapping\": 50.0"
            + " | attn_logit_softcapping",
        "\"use_bidirectional_attention\": false | \"use_bidirectional_attention\": true"
            + " | use_bidirectional_attention",
        "\"rope_scaling\": null | \"rope_scaling\": {\"rope_type\": \"yarn\"} | yarn",
        "\"rope_scaling\": null | \"rope_scaling\": {\"rope_type\": \"linear\"} | factor",
        "\"rope_theta\": 1000000.0 | \"rope_theta\": -1 | rope_theta",
        "\"rope_scaling\": null | \"rope_parameters\": {\"full_attention\": {\"rope_theta\": 0}}"
            + " | rope_theta",
        "\"rms_norm_eps\": 1e-06 | \"rms_norm_eps\": \"small\" | rms_norm_eps",
        "\"attention_bias\": false | \"attention_bias\": true | attention_bias",
        "\"attention_bias\": false | \"attention_dropout\": 0.1 | attention_dropout",
        "\"attention_bias\": false | \"hidden_act\": \"relu\" | hidden_act",
        "\"attention_bias\": false | \"tie_word_embeddings\": false | tie_word_embeddings",
        "\"attention_bias\": false | \"quantization_config\": {\"bits\": 4} | quantization_config",
        "\"attention_bias\": false | \"compression_config\": {} | compression_config",
        "\"attention_bias\": false | \"sliding_window_pattern\": 3 | sliding_window_pattern",
        "\"attention_bias\": false | \"image_token_index\": 1, \"image_token_id\": 2"
            + " | image_token_id",
        "\"sliding_window\": 512 | \"sliding_window\": null | sliding_window",
        "\"layer_types\": [ | \"_sliding_window_pattern\": 3, \"unread\": ["
            + " | _sliding_window_pattern",
      })
  void unusableValueIsRefusedByItsKey(String sound, String broken, String key) {
    String text = RELEASED_270M.replace(sound, broken);
    assertThat(text).isNotEqualTo(RELEASED_270M);
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"mm_tokens_per_image\": 256 | \"quantization_config\": {\"bits\": 4} | quantization_config",
        "\"sliding_window\": 1024 | \"quantization_config\": {} | text_config.quantization_config",
        "\"mm_tokens_per_image\": 256 | \"tie_word_embeddings\": false | tie_word_embeddings",
        "\"mm_tokens_per_image\": 256 | \"sliding_window\": 512 | sliding_window",
        "\"mm_tokens_per_image\": 256 | \"rope_theta\": 1e5 | rope_theta",
        "\"mm_tokens_per_image\": 256 | \"rope_scaling\": {\"rope_type\": \"yarn\"} | rope_scaling",
        "\"mm_tokens_per_image\": 256 | \"final_logit_softcapping\": 30 | final_logit_softcapping",
        "\"gemma3_text\" | \"gemma2\" | text_config.model_type",
        "siglip_vision_model | clip_vision_model | vision_config.model_type",
        "\"patch_size\": 14 | \"patch_size\": 14, \"hidden_act\": \"gelu\" | vision_config.hidden_act",
        "\"patch_size\": 14 | \"patch_size\": 14, \"num_channels\": 1 | vision_config.num_channels",
      })
  void whatTheMultimodalModelsDoNotDoIsRefusedByItsKey(String sound, String broken, String key) {
    String text = RELEASED_4B.replace(sound, broken);
    assertThat(text).isNotEqualTo(RELEASED_4B);
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json: " + key + " is ");
  }

  /** As transformers 5 writes a model, down to what it repeats. */
  @Test
  void whatSaysNothingNewIsRead() throws IOException {
    String more =
        NEWER_4B
            .replace("\"torch_dtype\"", "\"dtype\"")
            .replace(
                "\"sliding_window\": 1024",
                "\"sliding_window\": 1024, \"attention_bias\": false, \"attention_dropout\": 0.0,"
                    + " \"tie_word_embeddings\": true, \"quantization_config\": null,"
                    + " \"_sliding_window_pattern\": 6, \"sliding_window_pattern\": 6,"
                    + " \"use_bidirectional_attention\": false, \"dtype\": \"bfloat16\"")
            .replace(
                "\"mm_tokens_per_image\": 256",
                "\"mm_tokens_per_image\": 256, \"tie_word_embeddings\": true,"
                    + " \"sliding_window\": 1024, \"rope_theta\": 1000000,"
                    + " \"rope_scaling\": {\"factor\": 8.0, \"rope_type\": \"linear\"},"
                    + " \"use_bidirectional_attention\": false")
            .replace("\"patch_size\": 14", "\"patch_size\": 14, \"num_channels\": 3");
    assertThat(read(more)).isEqualTo(read(RELEASED_4B));
  }

  @Test
  void sectionsOfAMultimodalModelAreNeeded() {
    assertThatThrownBy(() -> read(RELEASED_4B.replace("text_config", "text")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("text_config");
    assertThatThrownBy(() -> read(RELEASED_4B.replace("vision_config", "vision")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("vision_config");
  }

  @Test
  void patchesMustPoolToTheTokens() {
    assertThatThrownBy(
            () ->
                read(
                    RELEASED_4B.replace(
                        "\"mm_tokens_per_image\": 256", "\"mm_tokens_per_image\": 255")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("mm_tokens_per_image");
  }

  @Test
  void whatIsNoConfigurationIsRefused() {
    for (String text : List.of("", "[]", "{", "null", "{\"model_type\": 3}", "[".repeat(100_000))) {
      assertThatThrownBy(() -> read(text))
          .as(text)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("config.json");
    }
  }

  @Test
  void theFileIsNamedWhereItsCharactersAreNone() throws IOException {
    // Four bytes that begin like UTF-32.
    Files.write(
        folder.resolve("config.json"), new byte[] {0, 0, (byte) 0xfe, (byte) 0xff, 1, 1, 1, 1});
    assertThatThrownBy(() -> GemmaConfig.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json is not valid JSON");
  }

  @Test
  void aLongValueDoesNotFillTheMessage() {
    String text = "\"" + "x".repeat(100_000) + "\"";
    for (String key : List.of("gemma3_text", "gelu_pytorch_tanh", "sliding_attention")) {
      assertThatThrownBy(() -> read(RELEASED_270M.replace("\"" + key + "\"", text)))
          .isInstanceOf(IOException.class)
          .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1_000));
    }
    for (String key : List.of("hidden_size", "rms_norm_eps", "attn_logit_softcapping")) {
      String lying =
          RELEASED_270M.replaceFirst("\"" + key + "\": [^,]*", "\"" + key + "\": " + text);
      assertThatThrownBy(() -> read(lying))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(key)
          .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(1_000));
    }
  }

  @Test
  void missingAndOversizedFilesAreRefused() throws IOException {
    assertThatThrownBy(() -> GemmaConfig.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No config.json");
    assertThatThrownBy(() -> read(" ".repeat(2 << 20)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("1 MiB");
  }
}
