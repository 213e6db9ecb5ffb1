package io.geolocsft.cli;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.gemma.config.GemmaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The folder of a Gemma 3 of some ten thousand random weights, with the real tokenizer. */
public final class TinyModel {

  private static final Path SMALL = Path.of("../run/data/gemma3-small");
  private static final long SEED = 5;

  private static final String CONFIG =
      """
      {
        "architectures": ["Gemma3ForConditionalGeneration"],
        "model_type": "gemma3",
        "torch_dtype": "bfloat16",
        "image_token_index": 9,
        "mm_tokens_per_image": 4,
        "text_config": {
          "model_type": "gemma3_text",
          "vocab_size": 512,
          "hidden_size": 32,
          "intermediate_size": 48,
          "num_hidden_layers": 2,
          "num_attention_heads": 2,
          "num_key_value_heads": 1,
          "head_dim": 16,
          "query_pre_attn_scalar": 16,
          "hidden_activation": "gelu_pytorch_tanh",
          "sliding_window": 64,
          "sliding_window_pattern": 2,
          "rope_theta": 1000000.0,
          "rope_local_base_freq": 10000.0
        },
        "vision_config": {
          "model_type": "siglip_vision_model",
          "hidden_size": 24,
          "intermediate_size": 32,
          "num_hidden_layers": 1,
          "num_attention_heads": 2,
          "image_size": 32,
          "patch_size": 8,
          "hidden_act": "gelu_pytorch_tanh"
        }
      }
      """;

  private TinyModel() {}

  public static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), CONFIG);
    Files.copy(SMALL.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    String processor = Files.readString(SMALL.resolve("preprocessor_config.json"));
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        processor
            .replace("\"height\": 64, \"width\": 64", "\"height\": 32, \"width\": 32")
            .replace("\"image_seq_length\": 16", "\"image_seq_length\": 4"));
    try (GemmaWeights weights = GemmaWeights.random(GemmaConfig.read(folder), Device.cpu(), SEED)) {
      weights.save(folder, DataType.BFLOAT16, Map.of());
    }
  }
}
