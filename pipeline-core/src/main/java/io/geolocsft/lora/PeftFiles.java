package io.geolocsft.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.geolocsft.gemma.GemmaModel;
import io.geolocsft.json.JsonFile;
import io.geolocsft.json.UnusableFileException;
import io.geolocsft.tensor.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adapters as PEFT stores them: {@code adapter_config.json} and {@code adapter_model.safetensors},
 * with tensor names {@code base_model.model.MODULE.lora_A.weight}, where MODULE is the name in
 * transformers' memory.
 */
public final class PeftFiles {

  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";
  private static final Pattern PAIR = Pattern.compile("(?<module>.*)\\.lora_[AB]\\.weight");
  private static final int MOST_NAMED = 10;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private PeftFiles() {}

  /**
   * Writes an adapter.
   *
   * @param baseModel what {@code base_model_name_or_path} shall say
   * @param metadata notes for the safetensors header
   */
  public static void save(
      LoraAdapter adapter, Path folder, String baseModel, Map<String, String> metadata)
      throws IOException {
    Files.createDirectories(folder);
    boolean multimodal =
        adapter.tensors().keySet().stream().anyMatch(name -> name.startsWith("language_model."));
    LoraConfig config = adapter.config();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("peft_type", "LORA");
    json.put("task_type", "CAUSAL_LM");
    json.put("base_model_name_or_path", baseModel);
    json.put("r", config.rank());
    json.put("lora_alpha", config.alpha());
    json.put("lora_dropout", config.dropout());
    // A plain list would also hit the vision tower's q, k and v.
    json.put("target_modules", targetPattern(config.targetModules(), multimodal));
    json.put("use_rslora", config.rankStabilized());
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    json.put("init_lora_weights", true);
    json.put("modules_to_save", null);
    Files.write(folder.resolve(PeftConfig.FILE), JSON.writeValueAsBytes(json));
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    adapter.tensors().forEach((name, tensor) -> tensors.put(PREFIX + inMemory(name), tensor));
    Map<String, String> notes = new LinkedHashMap<>(metadata);
    notes.put("format", "pt");
    Safetensors.write(folder.resolve(WEIGHTS), tensors, notes);
  }

  private static String targetPattern(List<String> modules, boolean multimodal) {
    String names = String.join("|", modules);
    return (multimodal ? ".*language_model.*\\.(" : ".*\\.(") + names + ")";
  }

  private static String inMemory(String name) {
    String released = "language_model.model.";
    return name.startsWith(released)
        ? "model.language_model." + name.substring(released.length())
        : name;
  }

  /**
   * The name in {@link LoraAdapter#tensors} of a tensor that PEFT's file calls {@code stored}, with
   * any version of transformers.
   */
  public static String tensorName(String stored) {
    return released(stored.startsWith(PREFIX) ? stored.substring(PREFIX.length()) : stored);
  }

  /** The name in the released layout of a module that any version of transformers named. */
  private static String released(String name) {
    String inMemory = "model.language_model.";
    return name.startsWith(inMemory)
        ? "language_model.model." + name.substring(inMemory.length())
        : name;
  }

  /**
   * Reads an adapter for a model.
   *
   * @throws IOException if a file is missing or broken, uses a feature of PEFT that this
   *     implementation lacks, or does not fit the model; the message names the first ten tensors
   *     that do not
   */
  public static LoraAdapter load(Path folder, GemmaModel model) throws IOException {
    PeftConfig peft = PeftConfig.read(folder);
    try (Safetensors file = Safetensors.open(folder.resolve(WEIGHTS))) {
      Map<String, String> stored = storedNames(file);
      LoraConfig config = peft.adapter(modules(stored.keySet()));
      List<String> problems = new ArrayList<>();
      Set<String> unused = new TreeSet<>(stored.keySet());
      LoraAdapter adapter =
          LoraAdapter.from(
              config,
              model,
              (name, shape, manager) -> {
                unused.remove(name);
                Optional<String> problem = problem(name, shape, stored.get(name), file);
                problem.ifPresent(problems::add);
                // The shape may be absurd then; the adapter is thrown away anyhow.
                return problem.isPresent()
                    ? manager.zeros(new Shape(0))
                    : float32(file, stored.get(name), manager);
              });
      unused.forEach(name -> problems.add(JsonFile.quote(stored.get(name)) + " is unexpected"));
      if (!problems.isEmpty()) {
        adapter.close();
        String first =
            String.join("; ", problems.subList(0, Math.min(MOST_NAMED, problems.size())));
        throw new UnusableFileException(
            String.format(
                Locale.ROOT,
                "The adapter in %s does not fit the model (%d problems): %s",
                folder,
                problems.size(),
                first));
      }
      return adapter;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Names in the file by the name that a module has in the released layout. */
  private static Map<String, String> storedNames(Safetensors file) {
    Map<String, String> stored = new HashMap<>();
    for (String name : file.entries().keySet()) {
      stored.put(tensorName(name), name);
    }
    return stored;
  }

  /** The wrapped modules; the stored tensors say which those are. */
  private static Set<String> modules(Set<String> tensors) {
    Set<String> modules = new TreeSet<>();
    for (String name : tensors) {
      Matcher matcher = PAIR.matcher(name);
      if (matcher.matches()) {
        modules.add(matcher.group("module"));
      }
    }
    return modules;
  }

  private static Optional<String> problem(
      String name, Shape expected, String inFile, Safetensors file) {
    if (inFile == null) {
      return Optional.of(name + " is missing");
    }
    Safetensors.Entry entry = file.entries().get(inFile);
    if (!entry.shape().equals(expected)) {
      return Optional.of("%s has shape %s, not %s".formatted(inFile, entry.shape(), expected));
    }
    return entry.type().isFloating()
        ? Optional.empty()
        : Optional.of("%s has type %s, not a floating-point type".formatted(inFile, entry.type()));
  }

  private static NDArray float32(Safetensors file, String name, NDManager manager) {
    try {
      NDArray stored = file.read(name, manager);
      if (stored.getDataType() == DataType.FLOAT32) {
        return stored;
      }
      try (stored) {
        return stored.toType(DataType.FLOAT32, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
