package io.geolocsft.stage;

import io.geolocsft.config.ConfigException;
import io.geolocsft.config.ModelSettings;
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
