package io.geolocsft.stage;

import io.geolocsft.config.ConfigException;
import io.geolocsft.config.ModelSettings;
import io.geolocsft.gemma.GemmaConfig;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.image.GemmaImageProcessor;
import io.geolocsft.prompt.GemmaTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of a Gemma 3 that the stages need. */
final class ModelFolder {

  private static final List<String> ALWAYS =
      List.of("config.json", "tokenizer.json", "preprocessor_config.json");

  private ModelFolder() {}

  /**
   * A fingerprint a file.
   *
   * @throws ConfigException if a file is missing
   */
  static Map<String, String> fingerprints(ModelSettings model) {
    Path folder = Path.of(model.path());
    Map<String, String> fingerprints = new TreeMap<>();
    for (String name : ALWAYS) {
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw new ConfigException(
            "The model folder %s (model.path) has no %s. Give the folder of a Gemma 3 as Hugging Face lays it out."
                .formatted(folder, name));
      }
      fingerprints.put("model/" + name, Fingerprint.of(folder.resolve(name).toString()));
    }
    if (model.weights().equals("load")) {
      fingerprints.put("model/weights", weights(folder));
    }
    return fingerprints;
  }

  /**
   * Reads all but the tensors themselves, so that a damaged file is told before any machine loads
   * it.
   *
   * @throws DataException naming the file and what is wrong with it
   */
  static void check(ModelSettings model) {
    Path folder = Path.of(model.path());
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(folder)) {
      GemmaConfig config = GemmaConfig.read(folder);
      if (config.vision().isEmpty()) {
        throw new DataException(
            "The Gemma 3 in %s (model.path) reads no images. Give one with a vision_config, such as the 4B, 12B or 27B."
                .formatted(folder));
      }
      GemmaImageProcessor.load(folder.resolve("preprocessor_config.json"));
      if (model.weights().equals("load")) {
        GemmaWeights.check(folder, config);
      }
    } catch (IOException e) {
      throw new DataException(
          "The model in %s (model.path) cannot be used: %s. Copy the checkpoint again, or name another."
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  private static String weights(Path folder) {
    Path single = folder.resolve("model.safetensors");
    Path index = folder.resolve("model.safetensors.index.json");
    if (!Files.isRegularFile(single) && !Files.isRegularFile(index)) {
      throw new ConfigException(
          "The model folder %s (model.path) has neither model.safetensors nor model.safetensors.index.json. Copy the checkpoint's weights there."
              .formatted(folder));
    }
    return Fingerprint.of((Files.isRegularFile(single) ? single : index).toString());
  }
}
