package io.geolocsft.stage;

import io.geolocsft.config.ModelSettings;
import io.geolocsft.failure.ConfigException;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.EnvironmentException;
import io.geolocsft.files.Fingerprint;
import io.geolocsft.gemma.GemmaWeights;
import io.geolocsft.gemma.config.GemmaConfig;
import io.geolocsft.image.preprocess.GemmaImageProcessor;
import io.geolocsft.prompt.GemmaTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a Gemma 3 that the stages need. */
public final class ModelFolder {

  private static final List<String> OF_TEXTS = List.of("config.json", "tokenizer.json");

  /** Of these one is needed, and both count. */
  private static final List<String> OF_IMAGES =
      List.of(GemmaImageProcessor.OLDER_FILE, GemmaImageProcessor.FILE);

  private ModelFolder() {}

  /**
   * A fingerprint of each file that writing texts and counting their tokens takes.
   *
   * @param panAndScan whether crops of images are counted, too
   * @throws ConfigException if a file is missing
   */
  public static Map<String, String> textFingerprints(ModelSettings model, boolean panAndScan) {
    return fingerprints(Path.of(model.path()), panAndScan);
  }

  /**
   * A fingerprint of each file that running the model takes.
   *
   * @throws ConfigException if a file is missing
   */
  public static Map<String, String> fingerprints(ModelSettings model) {
    Path folder = Path.of(model.path());
    Map<String, String> fingerprints = fingerprints(folder, true);
    if (model.weights().equals("load")) {
      fingerprints.put("model/weights", weights(folder));
    }
    return fingerprints;
  }

  private static Map<String, String> fingerprints(Path folder, boolean images) {
    List<String> names = new ArrayList<>(readable(folder, OF_TEXTS));
    List<String> missing = new ArrayList<>(OF_TEXTS);
    missing.removeAll(names);
    if (images) {
      List<String> ofImages = readable(folder, OF_IMAGES);
      names.addAll(ofImages);
      if (ofImages.isEmpty()) {
        requireVision(folder);
        missing.add(String.join(" or ", OF_IMAGES));
      }
    }
    if (!missing.isEmpty()) {
      throw new ConfigException(
          "The model folder %s (model.path) has no readable %s. Give the folder of a Gemma 3 as Hugging Face lays it out."
              .formatted(folder, String.join(", ", missing)));
    }
    Map<String, String> fingerprints = new TreeMap<>();
    names.forEach(
        name -> fingerprints.put("model/" + name, Fingerprint.ofContent(folder.resolve(name))));
    return fingerprints;
  }

  /** A model that cannot read images lacks the file for a better reason. */
  private static void requireVision(Path folder) {
    try {
      config(folder);
    } catch (IOException e) {
      // The missing file is told; check tells what is wrong with the configuration.
    }
  }

  private static void requireThere(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ConfigException(
          "There is no folder %s (model.path): give that of a Gemma 3 as Hugging Face lays it out"
              .formatted(folder));
    }
  }

  private static List<String> readable(Path folder, List<String> names) {
    return names.stream().filter(name -> Files.isReadable(folder.resolve(name))).toList();
  }

  /**
   * Reads all but the tensors themselves, so that a damaged file is told before any machine loads
   * it.
   *
   * @throws ConfigException if it is a model that cannot read images
   * @throws DataException naming the file and what is wrong with it
   */
  public static void check(ModelSettings model) {
    Path folder = Path.of(model.path());
    requireThere(folder);
    try (GemmaTokenizer tokenizer = GemmaTokenizer.load(folder)) {
      GemmaConfig config = config(folder);
      GemmaImageProcessor.load(folder);
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
  public static GemmaConfig config(Path folder) throws IOException {
    requireThere(folder);
    GemmaConfig config = GemmaConfig.read(folder);
    if (config.vision().isEmpty()) {
      throw new ConfigException(
          "The Gemma 3 in %s (model.path) cannot read images. Give one with a vision_config, such as the 4B, 12B or 27B."
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
    return Fingerprint.ofTimes(safetensors(folder));
  }

  /** Of a model in several files each, and their index. */
  private static List<Path> safetensors(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().contains(".safetensors")).toList();
    } catch (IOException e) {
      throw new EnvironmentException("Cannot list the model folder " + folder, e);
    }
  }
}
