package io.geolocsft.gemma;

import ai.djl.ndarray.types.Shape;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.gemma.config.TextConfig;
import io.geolocsft.gemma.config.VisionConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names and shapes of a Gemma 3's tensors. The canonical names are those of the released
 * checkpoints ({@code language_model.model.*}, {@code vision_tower.vision_model.*}, {@code
 * multi_modal_projector.*}; {@code model.*} for the text-only models); two other layouts that
 * transformers has written are read as well, and the text-only names without {@code model.}, which
 * it writes of a model without its output head.
 */
final class TensorNames {

  /**
   * The linear layers of a decoder layer that an adapter may wrap, in the order of the kernels'
   * lists.
   */
  static final List<String> LINEAR_LAYERS =
      List.of(
          "self_attn.q_proj",
          "self_attn.k_proj",
          "self_attn.v_proj",
          "self_attn.o_proj",
          "mlp.gate_proj",
          "mlp.up_proj",
          "mlp.down_proj");

  private static final List<String> NORMS =
      List.of(
          "input_layernorm",
          "post_attention_layernorm",
          "pre_feedforward_layernorm",
          "post_feedforward_layernorm",
          "self_attn.q_norm",
          "self_attn.k_norm");

  private static final Pattern OUTPUT_HEAD =
      Pattern.compile("(?:model\\.)?(?:language_model\\.)?(?:model\\.)?lm_head\\.weight");

  private static final String TOWER = "vision_tower.vision_model.";
  private static final String PROJECTOR = "multi_modal_projector.";

  private final GemmaConfig config;
  private final String text;

  TensorNames(GemmaConfig config) {
    this.config = config;
    this.text = config.vision().isPresent() ? "language_model.model." : "model.";
  }

  /**
   * Whether a file of any known layout calls the output head so. It is the embedding, and no tensor
   * of its own.
   */
  static boolean isOutputHead(String name) {
    return OUTPUT_HEAD.matcher(name).matches();
  }

  /** The canonical name of a tensor that a file of any known layout calls {@code name}. */
  String canonical(String name) {
    if (config.vision().isEmpty()) {
      return name.startsWith(text) ? name : text + name;
    }
    String inner = name.startsWith("model.") ? name.substring("model.".length()) : name;
    if (inner.startsWith("language_model.") && !inner.startsWith(text)) {
      return text + inner.substring("language_model.".length());
    }
    if (inner.startsWith("vision_tower.") && !inner.startsWith(TOWER)) {
      return TOWER + inner.substring("vision_tower.".length());
    }
    return inner;
  }

  String embedding() {
    return text + "embed_tokens.weight";
  }

  String finalNorm() {
    return text + "norm.weight";
  }

  /** The canonical module name of a linear layer, as PEFT's {@code target_modules} sees it. */
  String linearLayer(int layer, String module) {
    return text + "layers." + layer + "." + module;
  }

  /** A decoder layer's tensors in the kernels' order. */
  List<String> decoderLayer(int layer) {
    return Stream.concat(LINEAR_LAYERS.stream(), NORMS.stream())
        .map(module -> linearLayer(layer, module) + ".weight")
        .toList();
  }

  List<String> visionEmbedding() {
    String prefix = TOWER + "embeddings.";
    return List.of(
        prefix + "patch_embedding.weight",
        prefix + "patch_embedding.bias",
        prefix + "position_embedding.weight");
  }

  /** Whether a canonical name is of the vision tower or its projector. */
  static boolean isVision(String name) {
    return name.startsWith(TOWER) || name.startsWith(PROJECTOR);
  }

  /** A vision layer's tensors in the kernels' order. */
  List<String> visionLayer(int layer) {
    return Stream.of(
            "layer_norm1",
            "self_attn.q_proj",
            "self_attn.k_proj",
            "self_attn.v_proj",
            "self_attn.out_proj",
            "layer_norm2",
            "mlp.fc1",
            "mlp.fc2")
        .map(module -> TOWER + "encoder.layers." + layer + "." + module)
        .flatMap(module -> Stream.of(module + ".weight", module + ".bias"))
        .toList();
  }

  List<String> visionNorm() {
    return List.of(TOWER + "post_layernorm.weight", TOWER + "post_layernorm.bias");
  }

  String projectorNorm() {
    return PROJECTOR + "mm_soft_emb_norm.weight";
  }

  String projector() {
    return PROJECTOR + "mm_input_projection_weight";
  }

  /** Every tensor that the configuration calls for, with its shape. */
  Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    TextConfig t = config.text();
    shapes.put(embedding(), new Shape(t.vocabSize(), t.hiddenSize()));
    for (int layer = 0; layer < t.numHiddenLayers(); layer++) {
      List<Shape> inOrder = decoderShapes(t);
      List<String> names = decoderLayer(layer);
      for (int i = 0; i < names.size(); i++) {
        shapes.put(names.get(i), inOrder.get(i));
      }
    }
    shapes.put(finalNorm(), new Shape(t.hiddenSize()));
    config.vision().ifPresent(vision -> visionShapes(vision, shapes));
    return shapes;
  }

  private static List<Shape> decoderShapes(TextConfig t) {
    long hidden = t.hiddenSize();
    long queries = (long) t.numAttentionHeads() * t.headDim();
    long keys = (long) t.numKeyValueHeads() * t.headDim();
    return List.of(
        new Shape(queries, hidden),
        new Shape(keys, hidden),
        new Shape(keys, hidden),
        new Shape(hidden, queries),
        new Shape(t.intermediateSize(), hidden),
        new Shape(t.intermediateSize(), hidden),
        new Shape(hidden, t.intermediateSize()),
        new Shape(hidden),
        new Shape(hidden),
        new Shape(hidden),
        new Shape(hidden),
        new Shape(t.headDim()),
        new Shape(t.headDim()));
  }

  private void visionShapes(VisionConfig v, Map<String, Shape> shapes) {
    long width = v.hiddenSize();
    long inner = v.intermediateSize();
    List<String> embedding = visionEmbedding();
    shapes.put(embedding.get(0), new Shape(width, 3, v.patchSize(), v.patchSize()));
    shapes.put(embedding.get(1), new Shape(width));
    shapes.put(embedding.get(2), new Shape((long) v.grid() * v.grid(), width));
    for (int layer = 0; layer < v.numHiddenLayers(); layer++) {
      for (String name : visionLayer(layer)) {
        boolean widens = name.contains("mlp.fc1");
        long out = widens ? inner : width;
        long in = name.contains("mlp.fc2") ? inner : width;
        boolean vector = name.endsWith(".bias") || name.contains("layer_norm");
        shapes.put(name, vector ? new Shape(out) : new Shape(out, in));
      }
    }
    visionNorm().forEach(name -> shapes.put(name, new Shape(width)));
    shapes.put(projectorNorm(), new Shape(width));
    shapes.put(projector(), new Shape(width, config.text().hiddenSize()));
  }
}
