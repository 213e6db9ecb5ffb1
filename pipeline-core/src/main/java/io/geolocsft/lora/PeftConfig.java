package io.geolocsft.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Ascii;
import io.geolocsft.json.JsonFile;
import io.geolocsft.json.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * An {@code adapter_config.json}, read strictly: an adapter that is more than pairs of matrices
 * added to linear layers is refused by the field that says so, and so is every field that is not
 * known (fields of PEFT 0.21's {@code LoraConfig}).
 */
final class PeftConfig {

  static final String FILE = "adapter_config.json";

  /** Fields that are read, or checked, by name. */
  private static final Set<String> READ =
      Set.of(
          "peft_type",
          "r",
          "lora_alpha",
          "lora_dropout",
          "use_rslora",
          "bias",
          "init_lora_weights",
          "rank_pattern",
          "alpha_pattern",
          "target_modules",
          "exclude_modules");

  /** Fields that change nothing of what the pairs do. */
  private static final Set<String> INERT =
      Set.of(
          "task_type",
          "base_model_name_or_path",
          "revision",
          "auto_mapping",
          "peft_version",
          "inference_mode",
          // Of no use without use_qalora and megatron_config, which are refused.
          "qalora_group_size",
          "megatron_core");

  /** Beginnings that leave the base model as it is. */
  private static final Set<String> PLAIN_BEGINNINGS =
      Set.of("true", "false", "gaussian", "orthogonal");

  private final Path file;
  private final JsonNode json;

  private PeftConfig(Path file, JsonNode json) {
    this.file = file;
    this.json = json;
  }

  /**
   * Reads the file of an adapter's folder.
   *
   * @throws IOException if it is missing or no JSON, or if the adapter is not a plain LoRA
   */
  static PeftConfig read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new UnusableFileException("No adapter: " + file + " is missing");
    }
    PeftConfig config = new PeftConfig(file, JsonFile.read(file));
    config.checkKind();
    config.checkBeginning();
    config.checkPattern("rank_pattern", "r");
    config.checkPattern("alpha_pattern", "lora_alpha");
    config.checkOthers();
    return config;
  }

  private void checkKind() throws IOException {
    String type = json.path("peft_type").asText("");
    if (!type.equals("LORA")) {
      throw refused("peft_type", "only LORA is supported");
    }
    if (!json.path("bias").asText("none").equals("none")) {
      throw refused("bias", "only none is supported");
    }
  }

  /** PiSSA, OLoRA, CorDA and LoftQ change the base's weights when an adapter is made. */
  private void checkBeginning() throws IOException {
    String beginning = Ascii.toLowerCase(json.path("init_lora_weights").asText("true"));
    if (has("init_lora_weights") && !PLAIN_BEGINNINGS.contains(beginning)) {
      throw refused(
          "init_lora_weights",
          "such an adapter belongs to another base model, or is not plain LoRA. PEFT converts one of PiSSA, OLoRA or CorDA: save_pretrained with path_initial_model_for_weight_conversion");
    }
  }

  /** A pattern may only repeat, for some layers, what holds for all. */
  private void checkPattern(String pattern, String all) throws IOException {
    if (has(pattern) && !json.path(pattern).isObject()) {
      throw refused(pattern, "a JSON object is needed");
    }
    for (JsonNode value : json.path(pattern)) {
      boolean same = value.isNumber() && value.doubleValue() == json.path(all).asDouble(Double.NaN);
      if (!same) {
        throw refused(pattern, "one %s for all layers is supported".formatted(all));
      }
    }
  }

  private void checkOthers() throws IOException {
    for (var field : json.properties()) {
      boolean known = READ.contains(field.getKey()) || INERT.contains(field.getKey());
      if (!known && !isNeutral(field.getValue())) {
        throw refused(field.getKey(), "it is not supported");
      }
    }
  }

  /** Null, false and what is empty. */
  private static boolean isNeutral(JsonNode value) {
    return value.isNull()
        || value.isBoolean() && !value.asBoolean()
        || value.isTextual() && value.asText().isEmpty()
        || value.isContainerNode() && value.isEmpty();
  }

  /**
   * The adapter's settings, checked against the tensors that are there: they say which layers are
   * wrapped.
   *
   * @param modules names of the wrapped layers, such as {@code
   *     language_model.model.layers.0.self_attn.q_proj}
   */
  LoraConfig adapter(Collection<String> modules) throws IOException {
    checkWrapped(modules);
    List<String> wrapped =
        LoraConfig.ALL_LINEAR.stream()
            .filter(layer -> modules.stream().anyMatch(name -> name.endsWith("." + layer)))
            .toList();
    try {
      return new LoraConfig(
          rank(),
          number("lora_alpha", true),
          number("lora_dropout", false),
          wrapped,
          rankStabilized());
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(file + ": " + e.getMessage(), e);
    }
  }

  /** PEFT wraps what these lists name, whatever tensors there are. Patterns are left to it. */
  private void checkWrapped(Collection<String> modules) throws IOException {
    JsonNode targets = json.path("target_modules");
    JsonNode excluded = json.path("exclude_modules");
    if (excluded.isTextual() && !excluded.asText().isEmpty()) {
      throw refused(
          "exclude_modules", "a list of modules is supported; remove it if it names none of these");
    }
    for (String module : modules) {
      if (targets.isArray() && !names(targets, module)) {
        throw refused("target_modules", "there are weights for " + JsonFile.quote(module));
      }
      if (names(excluded, module)) {
        throw refused("exclude_modules", "there are weights for " + JsonFile.quote(module));
      }
    }
  }

  /** Whether a list names a module, or the end of its name behind a dot. */
  private static boolean names(JsonNode list, String module) {
    return list.isArray()
        && StreamSupport.stream(list.spliterator(), false)
            .map(JsonNode::asText)
            .anyMatch(
                name -> PeftFiles.tensorName(name).equals(module) || module.endsWith("." + name));
  }

  private boolean rankStabilized() throws IOException {
    JsonNode value = json.path("use_rslora");
    if (has("use_rslora") && !value.isBoolean()) {
      throw refused("use_rslora", "true or false is needed");
    }
    return value.asBoolean(false);
  }

  private int rank() throws IOException {
    if (!json.path("r").isInt()) {
      throw refused("r", "a whole number is needed");
    }
    return json.path("r").intValue();
  }

  private double number(String key, boolean needed) throws IOException {
    JsonNode value = json.path(key);
    if (!has(key) && !needed) {
      return 0;
    }
    if (!value.isNumber()) {
      throw refused(key, "a number is needed");
    }
    return value.doubleValue();
  }

  private boolean has(String key) {
    return json.hasNonNull(key);
  }

  private IOException refused(String key, String reason) {
    JsonNode value = json.path(key);
    return new UnusableFileException(
        "%s: %s is %s; %s"
            .formatted(
                file,
                JsonFile.quote(key),
                value.isMissingNode() ? "missing" : JsonFile.quote(value),
                reason));
  }
}
