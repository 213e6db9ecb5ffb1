package io.geolocsft.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.gemma.config.CompanionFiles;
import io.geolocsft.tensor.Bfloat16;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A whole model with an adapter added to its weights, for programs that cannot load adapters. */
public final class MergedModel {

  /** Holds, within the folder, what is written until it is whole; also the mark of ours. */
  private static final String ASIDE = ".merging";

  private MergedModel() {}

  /**
   * Writes {@code model.safetensors} under the released names, and the base's other files beside
   * it, of which config.json names the written type. Each product {@code scale * B A} is added in
   * float32 and rounded once, tensor by tensor. The files appear when all are written, config.json
   * last.
   *
   * @param base without the adapter
   * @param baseFolder where the base was loaded from
   * @param type of the written tensors
   */
  public static void save(
      GemmaModel base, Path baseFolder, LoraAdapter adapter, Path folder, DataType type)
      throws IOException {
    Path aside = Files.createDirectories(folder.resolve(ASIDE));
    CompanionFiles.copy(baseFolder, aside, type);
    Map<String, NDArray> weights = base.weights().tensors();
    base.weights()
        .save(aside, type, Map.of(), name -> merged(name, weights.get(name), adapter, base));
    publish(aside, folder);
  }

  private static void publish(Path aside, Path folder) throws IOException {
    for (String name : names()) {
      if (Files.exists(aside.resolve(name))) {
        Files.move(aside.resolve(name), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      }
    }
    Files.delete(aside);
  }

  /** Removes from a folder what a call of {@link #save} has left that was interrupted. */
  public static void clear(Path folder) throws IOException {
    Path aside = folder.resolve(ASIDE);
    if (!Files.isDirectory(aside)) {
      return;
    }
    for (Path place : List.of(folder, aside)) {
      for (String name : names()) {
        Files.deleteIfExists(place.resolve(name));
      }
    }
    Files.delete(aside);
  }

  /** Of all files that may be written, in the order in which they appear. */
  private static List<String> names() {
    List<String> names = new ArrayList<>(CompanionFiles.names());
    names.add(GemmaWeights.FILE);
    names.remove(CompanionFiles.CONFIG);
    names.add(CompanionFiles.CONFIG);
    return names;
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
