package io.geolocsft.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.Bfloat16;
import io.geolocsft.gemma.CompanionFiles;
import io.geolocsft.gemma.GemmaModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A whole model with an adapter added to its weights, for programs that take no adapters. */
public final class MergedModel {

  private MergedModel() {}

  /**
   * Writes {@code model.safetensors} under the released names, and the base's other files beside
   * it. Each product {@code scale * B A} is added in float32 and rounded once, tensor by tensor.
   *
   * @param base without the adapter
   * @param baseFolder where the base was loaded from
   * @param type of the written tensors
   */
  public static void save(
      GemmaModel base, Path baseFolder, LoraAdapter adapter, Path folder, DataType type)
      throws IOException {
    Files.createDirectories(folder);
    CompanionFiles.copy(baseFolder, folder);
    Map<String, NDArray> weights = base.weights().tensors();
    base.weights()
        .save(folder, type, Map.of(), name -> merged(name, weights.get(name), adapter, base));
  }

  private static NDArray merged(String name, NDArray weight, LoraAdapter adapter, GemmaModel base) {
    String module = name.replaceFirst("\\.weight$", "");
    NDArray down = adapter.tensors().get(module + ".lora_A.weight");
    if (down == null) {
      return weight;
    }
    NDArray up = adapter.tensors().get(module + ".lora_B.weight");
    try (NDManager scope = base.newScope()) {
      NDArray product = frozen(up, scope).matMul(frozen(down, scope));
      NDArray change = product.mul(adapter.config().scale());
      NDArray wide = Bfloat16.convert(weight, DataType.FLOAT32);
      NDArray sum = wide.add(change);
      sum.attach(weight.getManager());
      if (wide != weight) {
        wide.close();
      }
      return sum;
    }
  }

  /** Outside the graph of a training that may still go on. */
  private static NDArray frozen(NDArray array, NDManager scope) {
    NDArray frozen = array.stopGradient();
    frozen.attach(scope);
    return frozen;
  }
}
