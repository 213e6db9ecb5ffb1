package io.geolocsft.image.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.geolocsft.image.RgbImage;
import io.geolocsft.json.JsonFile;
import io.geolocsft.json.UnusableFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How a model's images are prepared, read strictly: what is not done here is refused by name.
 *
 * <p>transformers 4 writes it as {@code preprocessor_config.json}, transformers 5 as the section
 * {@code image_processor} of {@code processor_config.json}. Where a folder has both, the section
 * counts, as in transformers; they may not contradict each other.
 */
final class PreprocessorConfig {

  private static final int MOST_NAMED = 10;

  /** The released models have 896; three times its square must be addressable. */
  private static final int MAX_SIZE = 8192;

  /** Of {@code processor_config.json}. */
  private static final String SECTION = "image_processor";

  private static final Set<String> READ =
      Set.of("size", "image_mean", "image_std", "rescale_factor");

  /** Keys with the one value, besides null, that is done here. */
  private static final Map<String, String> FIXED =
      Map.of(
          "do_resize", "true",
          "do_rescale", "true",
          "do_normalize", "true",
          "do_convert_rgb", "true",
          "resample", "2",
          "data_format", "channels_first");

  /** Keys that change no pixel. */
  private static final Set<String> INERT =
      Set.of(
          "image_processor_type",
          "processor_class",
          "image_seq_length",
          "default_to_square",
          "disable_grouping",
          "return_tensors",
          // Whether to crop is a setting of the run; how, is read where it does.
          "do_pan_and_scan",
          "pan_and_scan_min_crop_size",
          "pan_and_scan_max_num_crops",
          "pan_and_scan_min_ratio_to_activate");

  private final Path file;
  private final JsonNode root;
  private final List<String> problems = new ArrayList<>();

  private PreprocessorConfig(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static PreprocessorConfig read(Path modelFolder) throws IOException {
    Path older = modelFolder.resolve(GemmaImageProcessor.OLDER_FILE);
    Path newer = modelFolder.resolve(GemmaImageProcessor.FILE);
    boolean olderIsThere = Files.isRegularFile(older);
    JsonNode section =
        Files.isRegularFile(newer) ? JsonFile.read(newer).path(SECTION) : MissingNode.getInstance();
    if (section.isObject()) {
      PreprocessorConfig config = new PreprocessorConfig(newer, section);
      if (olderIsThere) {
        config.compare(older, JsonFile.read(older));
      }
      return config;
    }
    if (!olderIsThere) {
      throw new UnusableFileException(
          "The model folder %s has neither %s nor %s with a section %s, which say how images are prepared"
              .formatted(
                  modelFolder, GemmaImageProcessor.OLDER_FILE, GemmaImageProcessor.FILE, SECTION));
    }
    return new PreprocessorConfig(older, JsonFile.read(older));
  }

  /** Notes what another file says otherwise. */
  private void compare(Path other, JsonNode said) {
    root.properties().stream()
        .filter(entry -> changesPixels(entry.getKey()))
        .filter(entry -> !entry.getValue().isNull() && said.hasNonNull(entry.getKey()))
        .filter(entry -> !said.path(entry.getKey()).equals(entry.getValue()))
        .forEach(
            entry ->
                problems.add(
                    "%s is %s, but %s in %s"
                        .formatted(
                            JsonFile.quote(entry.getKey()),
                            shown(entry.getValue()),
                            shown(said.path(entry.getKey())),
                            other.getFileName())));
  }

  private static boolean changesPixels(String key) {
    return READ.contains(key) || FIXED.containsKey(key) || key.startsWith("pan_and_scan_");
  }

  GemmaImageProcessor processor() throws IOException {
    checkKeys();
    int size = size();
    double[] mean = channels("image_mean");
    double[] std = channels("image_std");
    double rescale = rescale();
    throwIfAny();
    return new GemmaImageProcessor(size, mean, std, rescale);
  }

  private void throwIfAny() throws IOException {
    if (!problems.isEmpty()) {
      throw new UnusableFileException(
          String.format(
              Locale.ROOT,
              "%s (%d problems): %s",
              file,
              problems.size(),
              String.join("; ", problems.subList(0, Math.min(MOST_NAMED, problems.size())))));
    }
  }

  private void checkKeys() {
    root.properties().forEach(entry -> check(entry.getKey(), entry.getValue()));
  }

  private void check(String key, JsonNode value) {
    String fixed = FIXED.get(key);
    if (value.isNull() || READ.contains(key) || INERT.contains(key)) {
      return;
    }
    if (fixed == null && !value.equals(BooleanNode.FALSE)) {
      problems.add("unknown key " + JsonFile.quote(key));
    } else if (fixed != null && !value.asText().equals(fixed)) {
      problems.add("%s is %s (supported: %s)".formatted(key, JsonFile.quote(value), fixed));
    }
  }

  private int size() {
    JsonNode size = root.path("size");
    int height = size.path("height").asInt();
    if (height < 1 || height > MAX_SIZE || height != size.path("width").asInt()) {
      problems.add(
          String.format(
              Locale.ROOT,
              "size is %s (supported: equal height and width from 1 to %d)",
              shown(size),
              MAX_SIZE));
    }
    return height;
  }

  private double[] channels(String key) {
    JsonNode values = root.path(key);
    boolean deviation = key.equals("image_std");
    double[] channels = new double[RgbImage.CHANNELS];
    boolean sound = values.size() == RgbImage.CHANNELS;
    for (int i = 0; i < RgbImage.CHANNELS; i++) {
      channels[i] = number(values.path(i));
      sound &= deviation ? (float) channels[i] > 0 : !Double.isNaN(channels[i]);
    }
    if (!sound) {
      problems.add(
          "%s is %s (supported: three %s)"
              .formatted(key, shown(values), deviation ? "numbers above 0" : "numbers"));
    }
    return channels;
  }

  private double rescale() {
    JsonNode value = root.path("rescale_factor");
    if (value.isMissingNode() || value.isNull()) {
      return 1.0 / 255;
    }
    double factor = number(value);
    if (!(factor > 0)) {
      problems.add("rescale_factor is %s (supported: a number above 0)".formatted(shown(value)));
    }
    return factor;
  }

  PanAndScan panAndScan() throws IOException {
    PanAndScan usual = PanAndScan.USUAL;
    int crops = (int) atLeast("pan_and_scan_max_num_crops", 2, usual.maxCrops());
    int size = (int) atLeast("pan_and_scan_min_crop_size", crops, usual.minCropSize());
    double ratio = atLeast("pan_and_scan_min_ratio_to_activate", 1, usual.minRatio());
    throwIfAny();
    return new PanAndScan(size, crops, ratio);
  }

  private double atLeast(String key, double least, double missing) {
    JsonNode value = root.path(key);
    boolean given = !value.isMissingNode() && !value.isNull();
    double number = given ? number(value) : missing;
    if (!(number >= least && number <= MAX_SIZE)) {
      problems.add(
          String.format(
              Locale.ROOT,
              "%s is %s (supported: a number from %.0f to %d)",
              key,
              shown(value),
              least,
              MAX_SIZE));
      return missing;
    }
    return number;
  }

  /** A finite number, in 32 bits too, else NaN. */
  private static double number(JsonNode value) {
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    return Float.isFinite((float) number) ? number : Double.NaN;
  }

  private static String shown(JsonNode node) {
    return node.isMissingNode() ? "missing" : JsonFile.quote(node);
  }
}
