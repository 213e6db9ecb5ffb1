package io.geolocsft.parity;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.gemma.GoldenCase;
import io.geolocsft.tensor.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A committed model and adapter, to be changed and written.
 *
 * @param weights of the model, in float32
 * @param pairs of the adapter
 */
public record Checkpoint(
    ObjectNode config,
    Map<String, NDArray> weights,
    ObjectNode adapterConfig,
    Map<String, NDArray> pairs) {

  private static final String WEIGHTS = "model.safetensors";
  private static final String PAIRS = "adapter_model.safetensors";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is done to a checkpoint. */
  interface Change {
    void apply(Checkpoint checkpoint);
  }

  /** Writes a changed copy into the folders {@code model} and {@code adapter} of a folder. */
  static void write(GoldenCase golden, Path folder, Change change) throws IOException {
    try (NDManager scope = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      Checkpoint checkpoint =
          new Checkpoint(
              json(golden.modelFolder().resolve("config.json")),
              tensors(golden.modelFolder().resolve(WEIGHTS), scope),
              json(golden.adapterFolder().resolve("adapter_config.json")),
              tensors(golden.adapterFolder().resolve(PAIRS), scope));
      change.apply(checkpoint);
      checkpoint.write(folder);
    }
  }

  private static ObjectNode json(Path file) throws IOException {
    return (ObjectNode) JSON.readTree(file.toFile());
  }

  private static Map<String, NDArray> tensors(Path file, NDManager scope) throws IOException {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    try (Safetensors stored = Safetensors.open(file)) {
      for (String name : stored.entries().keySet()) {
        tensors.put(name, stored.read(name, scope).toType(DataType.FLOAT32, false));
      }
    }
    return tensors;
  }

  private void write(Path folder) throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    Path adapter = Files.createDirectories(folder.resolve("adapter"));
    JSON.writeValue(model.resolve("config.json").toFile(), config);
    JSON.writeValue(adapter.resolve("adapter_config.json").toFile(), adapterConfig);
    Safetensors.write(model.resolve(WEIGHTS), weights, Map.of("format", "pt"));
    Safetensors.write(adapter.resolve(PAIRS), pairs, Map.of("format", "pt"));
  }

  ObjectNode text() {
    return (ObjectNode) config.get("text_config");
  }

  ObjectNode vision() {
    return (ObjectNode) config.get("vision_config");
  }

  void change(String weight, UnaryOperator<NDArray> change) {
    change(weights, weight, change);
  }

  void changePair(String pair, UnaryOperator<NDArray> change) {
    change(pairs, pair, change);
  }

  void swap(String weight, String other) {
    swap(weights, weight, other);
  }

  void swapPairs(String pair, String other) {
    swap(pairs, pair, other);
  }

  private static void change(
      Map<String, NDArray> tensors, String part, UnaryOperator<NDArray> change) {
    tensors.compute(name(tensors, part), (name, tensor) -> change.apply(tensor));
  }

  private static void swap(Map<String, NDArray> tensors, String part, String other) {
    NDArray first = tensors.get(name(tensors, part));
    NDArray second = tensors.put(name(tensors, other), first);
    tensors.put(name(tensors, part), second);
  }

  private static String name(Map<String, NDArray> tensors, String part) {
    return tensors.keySet().stream().filter(name -> name.contains(part)).findFirst().orElseThrow();
  }
}
