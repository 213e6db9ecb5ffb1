package io.geolocsft.stage;

import io.geolocsft.cluster.ModelSpec;
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

  private static final List<String> OF_TEXTS = List.of("config.json", "tokenizer.json");

  private ModelFolder() {}

  /**
   * A fingerprint of each file that writing texts and counting their tokens takes.
   *
   * @param panAndScan whether crops of images are counted, too
   * @throws ConfigException if a file is missing
   */
  static Map<String, String> textFingerprints(ModelSettings model, boolean panAndScan) {
    return fingerprints(Path.of(model.path()), panAndScan ? ModelSpec.FILES : OF_TEXTS);
  }

  /**
   * A fingerprint of each file that running the model takes.
   *
   * @throws ConfigException if a file is missing
   */
  static Map<String, String> fingerprints(ModelSettings model) {
    Path folder = Path.of(model.path());
    Map<String, String> fingerprints = fingerprints(folder, ModelSpec.FILES);
    if (model.weights().equals("load")) {
      fingerprints.put("model/weights", weights(folder));
    }
    return fingerprints;
  }

  private static Map<String, String> fingerprints(Path folder, List<String> names) {
    List<String> missing =
        names.stream().filter(name -> !Files.isReadable(folder.resolve(name))).toList();
    if (!missing.isEmpty()) {
      throw new ConfigException(
          "The model folder %s (model.path) has no readable %s. Give the folder of a Gemma 3 as Hugging Face lays it out."
              .formatted(folder, String.join(", ", missing)));
    }
    Map<String, String> fingerprints = new TreeMap<>();
    names.forEach(
        name -> fingerprints.put("model/" + name, Fingerprint.of(folder.resolve(name).toString())));
    return fingerprints;
  }

  /**
   * Reads all but the tensors themselves, so that a damaged file is told before any machine loads
   * it.
   *
   * @throws ConfigException if it is a model that reads no images
   * @throws DataException naming the file and what is wrong with it
   */
  static void check(ModelSettings model) {
    Path folder = Path.of(model.path());
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(folder)) {
      GemmaConfig config = config(folder);
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

  /**
   * The configuration of a model that reads images.
   *
   * @throws ConfigException if it reads none
   */
  static GemmaConfig config(Path folder) throws IOException {
    GemmaConfig config = GemmaConfig.read(folder);
    if (config.vision().isEmpty()) {
      throw new ConfigException(
          "The Gemma 3 in %s (model.path) reads no images. Give one with a vision_config, such as the 4B, 12B or 27B."
              .formatted(folder));
    }
    return config;
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
