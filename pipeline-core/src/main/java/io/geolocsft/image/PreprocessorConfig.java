package io.geolocsft.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A {@code preprocessor_config.json}, read strictly: what is not done here is refused by name. */
final class PreprocessorConfig {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> READ =
      Set.of("size", "image_mean", "image_std", "rescale_factor");

  /** Keys with the one value, besides null, that is done here. */
  private static final Map<String, String> FIXED =
      Map.of(
          "do_resize", "true",
          "do_rescale", "true",
          "do_normalize", "true",
          "do_convert_rgb", "true",
          "do_pan_and_scan", "false",
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

  static PreprocessorConfig read(Path file) throws IOException {
    try {
      return new PreprocessorConfig(file, JSON.readTree(file.toFile()));
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  GemmaImageProcessor processor() throws IOException {
    checkKeys();
    int size = size();
    double[] mean = channels("image_mean");
    double[] std = channels("image_std");
    double rescale = root.path("rescale_factor").asDouble(1.0 / 255);
    if (!problems.isEmpty()) {
      throw new IOException(file + ": " + String.join("; ", problems));
    }
    return new GemmaImageProcessor(size, mean, std, rescale);
  }

  private void checkKeys() {
    root.properties().forEach(entry -> check(entry.getKey(), entry.getValue()));
  }

  private void check(String key, JsonNode value) {
    String fixed = FIXED.get(key);
    if (value.isNull() || READ.contains(key) || INERT.contains(key)) {
      return;
    }
    if (fixed == null && !value.equals(JSON.getNodeFactory().booleanNode(false))) {
      problems.add("unknown key " + key);
    } else if (fixed != null && !value.asText().equals(fixed)) {
      problems.add("%s is %s (supported: %s)".formatted(key, value, fixed));
    }
  }

  private int size() {
    JsonNode size = root.path("size");
    int height = size.path("height").asInt();
    if (height < 1 || height != size.path("width").asInt()) {
      problems.add("size is %s (supported: equal height and width)".formatted(shown(size)));
    }
    return height;
  }

  private double[] channels(String key) {
    JsonNode values = root.path(key);
    double[] channels = new double[RgbImage.CHANNELS];
    for (int i = 0; i < RgbImage.CHANNELS; i++) {
      channels[i] = values.path(i).asDouble(Double.NaN);
    }
    boolean positive = !key.equals("image_std") || channels[0] * channels[1] * channels[2] > 0;
    if (values.size() != RgbImage.CHANNELS || Double.isNaN(channels[2]) || !positive) {
      problems.add("%s is %s (supported: three numbers)".formatted(key, shown(values)));
    }
    return channels;
  }

  private static Object shown(JsonNode node) {
    return node instanceof MissingNode ? "missing" : node;
  }
}
