package io.geolocsft.gemma;

import ai.djl.ndarray.types.Shape;
import io.geolocsft.gemma.config.GemmaConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The linear layers of the decoder that an adapter may wrap. */
public final class DecoderLinears {

  /**
   * One linear layer.
   *
   * @param name canonical module name, such as {@code language_model.model.layers.0.mlp.up_proj}
   * @param module its last part
   */
  public record Linear(String name, String module, long inputs, long outputs) {}

  /**
   * How many of a layer's linear layers, in their order, share an input: qkv, o, gate and up, down.
   */
  public static final List<Integer> GROUPS = List.of(3, 1, 2, 1);

  private DecoderLinears() {}

  /** Layer by layer, each in the order in which the kernels take their pairs. */
  public static List<List<Linear>> of(GemmaConfig config) {
    TensorNames names = new TensorNames(config);
    Map<String, Shape> shapes = names.shapes();
    return IntStream.range(0, config.text().numHiddenLayers())
        .mapToObj(
            layer ->
                TensorNames.LINEAR_LAYERS.stream()
                    .map(module -> linear(names.linearLayer(layer, module), shapes))
                    .toList())
        .toList();
  }

  private static Linear linear(String name, Map<String, Shape> shapes) {
    Shape weight = shapes.get(name + ".weight");
    return new Linear(
        name, name.substring(name.lastIndexOf('.') + 1), weight.get(1), weight.get(0));
  }
}
