package io.geolocsft.gemma;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.json.JsonFile;
import io.geolocsft.json.UnusableFileException;
import io.geolocsft.tensor.Bfloat16;
import io.geolocsft.tensor.Safetensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** A model's tensors on one device, by canonical name. */
public final class GemmaWeights implements AutoCloseable {

  /** Holds all weights of a model that is in one file. */
  public static final String FILE = "model.safetensors";

  private static final int MOST_NAMED = 10;

  private final NDManager manager;
  private final Map<String, NDArray> tensors;

  private GemmaWeights(NDManager manager, Map<String, NDArray> tensors) {
    this.manager = manager;
    this.tensors = tensors;
  }

  /** How many values the weights of a configuration are. */
  public static long parameters(GemmaConfig config) {
    return new TensorNames(config).shapes().values().stream().mapToLong(Shape::size).sum();
  }

  /**
   * Loads {@code model.safetensors}, or the shards that {@code model.safetensors.index.json} lists.
   *
   * @param type type of the loaded tensors, float32 or bfloat16
   * @throws IOException with every missing, unexpected or wrongly shaped tensor, before any is
   *     loaded
   */
  public static GemmaWeights load(
      Path modelFolder, GemmaConfig config, Device device, DataType type) throws IOException {
    TensorNames names = new TensorNames(config);
    List<Safetensors> files = new ArrayList<>();
    NDManager manager = NDManager.newBaseManager(device, "PyTorch");
    try {
      for (Path shard : shards(modelFolder)) {
        files.add(Safetensors.open(shard));
      }
      check(modelFolder, names, files);
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      for (Safetensors file : files) {
        for (String name : file.entries().keySet()) {
          if (!TensorNames.isOutputHead(name)) {
            tensors.put(names.canonical(name), read(file, name, manager, type));
          }
        }
      }
      return new GemmaWeights(manager, tensors);
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    } finally {
      for (Safetensors file : files) {
        file.close();
      }
    }
  }

  /**
   * Reads the names and shapes of a folder's weights, and an output head that is stored although it
   * is the embedding.
   *
   * @throws IOException as {@link #load}
   */
  public static void check(Path modelFolder, GemmaConfig config) throws IOException {
    List<Safetensors> files = new ArrayList<>();
    try {
      for (Path shard : shards(modelFolder)) {
        files.add(Safetensors.open(shard));
      }
      check(modelFolder, new TensorNames(config), files);
    } finally {
      for (Safetensors file : files) {
        file.close();
      }
    }
  }

  private static NDArray read(Safetensors file, String name, NDManager manager, DataType type)
      throws IOException {
    NDArray stored = file.read(name, manager);
    if (Bfloat16.typeOf(stored) == type) {
      return stored;
    }
    try (stored) {
      return Bfloat16.convert(stored, type);
    }
  }

  private static List<Path> shards(Path folder) throws IOException {
    Path single = folder.resolve(FILE);
    if (Files.isRegularFile(single)) {
      return List.of(single);
    }
    Path index = folder.resolve("model.safetensors.index.json");
    if (!Files.isRegularFile(index)) {
      throw new UnusableFileException(
          "The model folder %s has neither model.safetensors nor model.safetensors.index.json"
              .formatted(folder));
    }
    Set<String> files = new TreeSet<>();
    for (JsonNode name : JsonFile.read(index).path("weight_map")) {
      String file = name.asText();
      if (!file.matches("[A-Za-z0-9._-]+\\.safetensors")) {
        throw new UnusableFileException(
            "%s names the shard '%s', which is not a plain file name"
                .formatted(index, JsonFile.quote(file)));
      }
      if (!Files.isRegularFile(folder.resolve(file))) {
        throw new UnusableFileException(
            "%s names the shard '%s', which is missing".formatted(index, JsonFile.quote(file)));
      }
      files.add(file);
    }
    if (files.isEmpty()) {
      throw new UnusableFileException(index + " lists no shard under weight_map");
    }
    return files.stream().map(folder::resolve).toList();
  }

  private static void check(Path folder, TensorNames names, List<Safetensors> files)
      throws IOException {
    Map<String, Shape> missing = new LinkedHashMap<>(names.shapes());
    List<String> problems = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Safetensors file : files) {
      for (Safetensors.Entry entry : file.entries().values()) {
        if (TensorNames.isOutputHead(entry.name())) {
          continue;
        }
        String name = names.canonical(entry.name());
        String shown = JsonFile.quote(entry.name());
        Shape expected = missing.remove(name);
        if (!seen.add(name)) {
          problems.add(shown + " occurs twice");
        } else if (expected == null) {
          problems.add(shown + " is unexpected");
        } else if (!expected.equals(entry.shape())) {
          problems.add("%s has shape %s, not %s".formatted(shown, entry.shape(), expected));
        } else if (!entry.type().isFloating()) {
          problems.add("%s has type %s, not a floating-point type".formatted(shown, entry.type()));
        }
      }
    }
    missing.keySet().forEach(name -> problems.add(name + " is missing"));
    problems.addAll(otherOutputHeads(names, files));
    if (!problems.isEmpty()) {
      String first = String.join("; ", problems.subList(0, Math.min(MOST_NAMED, problems.size())));
      throw new UnusableFileException(
          String.format(
              Locale.ROOT,
              "The weights in %s do not fit its config.json (%d problems): %s",
              folder,
              problems.size(),
              first));
    }
  }

  /** Stored output heads that are not the embedding, byte for byte. */
  private static List<String> otherOutputHeads(TensorNames names, List<Safetensors> files)
      throws IOException {
    List<String> problems = new ArrayList<>();
    for (Safetensors file : files) {
      for (String name : file.entries().keySet()) {
        if (TensorNames.isOutputHead(name) && !isEmbedding(file, name, names, files)) {
          problems.add(
              name + " differs from the embedding, and an output head of its own is not supported");
        }
      }
    }
    return problems;
  }

  private static boolean isEmbedding(
      Safetensors file, String head, TensorNames names, List<Safetensors> files)
      throws IOException {
    for (Safetensors other : files) {
      for (String name : other.entries().keySet()) {
        if (names.canonical(name).equals(names.embedding())) {
          return file.isEqual(head, other, name);
        }
      }
    }
    return false;
  }

  /**
   * The type that a folder's weights are stored in; where there are several, the one that holds the
   * values of all.
   */
  public static DataType storedType(Path modelFolder) throws IOException {
    Set<DataType> types = EnumSet.noneOf(DataType.class);
    for (Path shard : shards(modelFolder)) {
      try (Safetensors file = Safetensors.open(shard)) {
        file.entries().values().forEach(entry -> types.add(entry.type()));
      }
    }
    return types.size() == 1 ? types.iterator().next() : DataType.FLOAT32;
  }

  /**
   * New weights for full training: matrices from a normal distribution of standard deviation {@code
   * 1 / sqrt(inputs)}, norm weights so that norms scale by one, biases zero.
   */
  public static GemmaWeights random(GemmaConfig config, Device device, long seed) {
    return random(config, device, DataType.FLOAT32, seed);
  }

  /** The same, rounded to a type. */
  static GemmaWeights random(GemmaConfig config, Device device, DataType type, long seed) {
    NDManager manager = NDManager.newBaseManager(device, "PyTorch");
    Random random = new Random(seed);
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    new TensorNames(config)
        .shapes()
        .forEach(
            (name, shape) ->
                tensors.put(name, converted(initial(name, shape, manager, random), null, type)));
    return new GemmaWeights(manager, tensors);
  }

  private static NDArray initial(String name, Shape shape, NDManager manager, Random random) {
    float[] values = new float[Math.toIntExact(shape.size())];
    if (shape.dimension() > 1) {
      boolean table = name.contains("embed") && !name.contains("patch");
      double inputs =
          name.endsWith("mm_input_projection_weight")
              ? shape.get(0)
              : shape.size() / (double) shape.get(0);
      double deviation = table ? 1 / Math.sqrt(shape.get(1)) : 1 / Math.sqrt(inputs);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * deviation);
      }
    } else if (name.contains("layer_norm") || name.contains("post_layernorm")) {
      // SigLIP's norms scale by w, Gemma's by 1 + w.
      Arrays.fill(values, name.endsWith(".weight") ? 1 : 0);
    }
    return manager.create(values, shape);
  }

  /** The tensor of a canonical name. */
  NDArray get(String name) {
    NDArray tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("No tensor " + name);
    }
    return tensor;
  }

  /** Several tensors as one list argument of a kernel. */
  NDList list(List<String> names) {
    NDList list = new NDList(names.size());
    for (String name : names) {
      NDArray tensor = get(name);
      tensor.setName("w[]");
      list.add(tensor);
    }
    return list;
  }

  /** All tensors by canonical name. */
  public Map<String, NDArray> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /**
   * SHA-256, in hexadecimal, of all that makes image features of pixels: the tensors of the vision
   * tower and of its projector, with their names and types.
   */
  public String visionHash() {
    Hasher hasher = Hashing.sha256().newHasher();
    for (String name : new TreeSet<>(tensors.keySet())) {
      if (TensorNames.isVision(name)) {
        NDArray tensor = tensors.get(name);
        hasher.putString(name + Bfloat16.typeOf(tensor), StandardCharsets.UTF_8);
        hasher.putBytes(tensor.toByteBuffer());
      }
    }
    return hasher.hash().toString();
  }

  /** Puts equal values that lie elsewhere in a tensor's place. */
  void replace(String name, NDArray equal) {
    equal.attach(manager);
    tensors.put(name, equal).close();
  }

  NDManager newScope() {
    return manager.newSubManager();
  }

  /** Writes {@link #FILE} under the released names. */
  public void save(Path folder, DataType type, Map<String, String> metadata) throws IOException {
    save(folder, type, metadata, tensors::get);
  }

  /**
   * The same of changed tensors.
   *
   * @param changed the tensor of a name, this one's own or a new one, which is closed when it is
   *     written
   */
  public void save(
      Path folder, DataType type, Map<String, String> metadata, Function<String, NDArray> changed)
      throws IOException {
    Map<String, String> notes = new LinkedHashMap<>(metadata);
    notes.put("format", "pt");
    Safetensors.write(
        folder.resolve(FILE),
        tensors,
        type,
        name -> converted(changed.apply(name), tensors.get(name), type),
        notes);
  }

  /** An array that may be closed. */
  private static NDArray converted(NDArray value, NDArray own, DataType type) {
    NDArray converted = Bfloat16.convert(value, type);
    if (value == own) {
      return converted == own ? own.stopGradient() : converted;
    }
    if (converted != value) {
      value.close();
    }
    return converted;
  }

  @Override
  public void close() {
    manager.close();
  }
}
