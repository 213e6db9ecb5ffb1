package io.geolocsft.gemma.config;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Ascii;
import io.geolocsft.json.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** What a model folder holds beside its weights, as any version of transformers lays it out. */
public final class CompanionFiles {

  /** What tells which model a folder holds. */
  public static final String CONFIG = "config.json";

  private static final List<String> NAMES =
      List.of(
          CONFIG,
          "generation_config.json",
          "tokenizer.json",
          "tokenizer.model",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.json",
          "chat_template.jinja",
          "preprocessor_config.json",
          "processor_config.json");

  /** What transformers 5 and those before it call the weights' type in {@link #CONFIG}. */
  private static final List<String> TYPE_KEYS = List.of("dtype", "torch_dtype");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private CompanionFiles() {}

  /** Their names, whether a folder has them all or not. */
  public static List<String> names() {
    return NAMES;
  }

  /** Copies those that a folder has to another. */
  public static void copy(Path from, Path to) throws IOException {
    for (String name : NAMES) {
      if (Files.isRegularFile(from.resolve(name))) {
        Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /**
   * The same beside weights of a type: where config.json names one, also of a part of the model, it
   * becomes this.
   */
  public static void copy(Path from, Path to, DataType type) throws IOException {
    copy(from, to);
    Path config = to.resolve(CONFIG);
    if (Files.isRegularFile(config)) {
      JsonNode before = JsonFile.read(config);
      JsonNode after = before.deepCopy();
      setType(after, Ascii.toLowerCase(type.name()));
      if (!after.equals(before)) {
        Files.write(config, JSON.writeValueAsBytes(after));
      }
    }
  }

  private static void setType(JsonNode node, String type) {
    if (node instanceof ObjectNode object) {
      TYPE_KEYS.stream().filter(object::hasNonNull).forEach(key -> object.put(key, type));
      object.forEach(part -> setType(part, type));
    }
  }
}
