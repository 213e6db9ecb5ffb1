package io.geolocsft.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.image.Goldens;
import io.geolocsft.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestGemmaImageProcessor {

  /** As in google/gemma-3-4b-it. */
  private static final String RELEASED =
      """
      {"do_convert_rgb": null, "do_normalize": true, "do_pan_and_scan": null, "do_rescale": true,
       "do_resize": true, "image_mean": [0.5, 0.5, 0.5], "image_processor_type":
       "Gemma3ImageProcessor", "image_seq_length": 256, "image_std": [0.5, 0.5, 0.5],
       "pan_and_scan_max_num_crops": null, "pan_and_scan_min_crop_size": null,
       "pan_and_scan_min_ratio_to_activate": null, "processor_class": "Gemma3Processor",
       "resample": 2, "rescale_factor": 0.00392156862745098, "size": {"height": 896, "width": 896}}
      """;

  @TempDir private Path folder;

  @Test
  void readsTheReleasedConfiguration() throws IOException {
    GemmaImageProcessor processor = load(RELEASED);
    RgbImage image = Goldens.decoded("sampling-444.jpg");
    assertThat(processor.size()).isEqualTo(896);
    assertThat(processor.pixels(image)).isEqualTo(GemmaImageProcessor.standard(896).pixels(image));
  }

  @Test
  void normalisesEveryChannelByItsOwn() throws IOException {
    GemmaImageProcessor processor =
        new GemmaImageProcessor(1, new double[] {0, 0.5, 1}, new double[] {1, 0.5, 2});
    RgbImage white = new RgbImage(1, 1, new byte[] {-1, -1, -1});
    assertThat(processor.pixels(white)).containsExactly(1f, 1f, 0f);
  }

  @Test
  void tellsEveryProblemAtOnce() {
    String json =
        RELEASED
            .replace("\"do_rescale\": true", "\"do_rescale\": false, \"crop\": 3")
            .replace("\"resample\": 2", "\"resample\": 3")
            .replace("\"width\": 896", "\"width\": 448")
            .replace("\"image_std\": [0.5,", "\"image_std\": [");
    assertThatThrownBy(() -> load(json))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("preprocessor_config.json")
        .hasMessageContaining("do_rescale is false (supported: true)")
        .hasMessageContaining("unknown key crop")
        .hasMessageContaining("resample is 3 (supported: 2)")
        .hasMessageContaining("equal height and width")
        .hasMessageContaining("image_std is [0.5,0.5] (supported: three numbers above 0)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "896 | 2000000000 | size is",
        "\"image_std\": [0.5, 0.5, | \"image_std\": [-0.5, -0.5, | image_std is",
        "\"image_std\": [0.5, | \"image_std\": [1e-300, | image_std is",
        "\"image_mean\": [0.5, | \"image_mean\": [1e999, | image_mean is",
        "\"image_mean\": [0.5, | \"image_mean\": [\"NaN\", | image_mean is",
        "0.00392156862745098 | \"large\" | rescale_factor is \"large\"",
        "0.00392156862745098 | -1 | rescale_factor is -1",
      })
  void numbersThatGiveNoPixelsAreRefused(String sound, String broken, String message) {
    String json = RELEASED.replace(sound, broken);
    assertThat(json).isNotEqualTo(RELEASED);
    assertThatThrownBy(() -> load(json))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("preprocessor_config.json")
        .hasMessageContaining(message);
  }

  @Test
  void theFirstTenOfManyProblemsAreNamed() {
    String keys =
        IntStream.range(0, 500)
            .mapToObj(i -> String.format(Locale.ROOT, "\"k%d%s\": 1, ", i, "x".repeat(900)))
            .collect(Collectors.joining());
    assertThatThrownBy(() -> load(RELEASED.replace("{\"do_convert", "{" + keys + "\"do_convert")))
        .hasMessageContaining("(500 problems): unknown key k0x")
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(4_000));
  }

  @Test
  void whatIsNoJsonIsNamed() {
    assertThatThrownBy(() -> load("{"))
        .hasMessageContaining("preprocessor_config.json is not valid JSON");
  }

  @Test
  void readsTheSectionThatTransformers5Writes() throws IOException {
    RgbImage image = Goldens.decoded("sampling-444.jpg");
    writeSection(RELEASED.replace("896", "448"));
    assertThat(GemmaImageProcessor.load(folder).size()).isEqualTo(448);
    assertThat(GemmaImageProcessor.load(folder).pixels(image))
        .isEqualTo(GemmaImageProcessor.standard(448).pixels(image));
    assertThat(PanAndScan.load(folder)).isEqualTo(PanAndScan.USUAL);
  }

  @Test
  void theSectionAndTheOlderFileMustAgree() throws IOException {
    writeSection(RELEASED.replace("Gemma3ImageProcessor", "Gemma3ImageProcessorFast"));
    assertThat(load(RELEASED).size()).isEqualTo(896);
    assertThatThrownBy(() -> load(RELEASED.replace("896", "448")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve("processor_config.json").toString())
        .hasMessageContaining(
            "size is {\"height\":896,\"width\":896}, but {\"height\":448,\"width\":448} in preprocessor_config.json");
    writeSection(RELEASED.replace("\"resample\": 2", "\"resample\": 3"));
    assertThatThrownBy(() -> load(RELEASED))
        .hasMessageContaining("resample is 3, but 2 in preprocessor_config.json");
  }

  /** transformers 4 writes a processor_config.json that says nothing of images. */
  @Test
  void withoutTheSectionTheOlderFileCounts() throws IOException {
    Files.writeString(
        folder.resolve("processor_config.json"), "{\"processor_class\": \"Gemma3Processor\"}");
    assertThatThrownBy(() -> GemmaImageProcessor.load(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("processor_config.json with a section image_processor");
    assertThat(load(RELEASED).size()).isEqualTo(896);
  }

  @Test
  void whatTheSectionAsksForIsRefusedByName() throws IOException {
    writeSection(RELEASED.replace("\"do_rescale\": true", "\"do_rescale\": false"));
    assertThatThrownBy(() -> GemmaImageProcessor.load(folder))
        .hasMessageContaining("processor_config.json")
        .hasMessageContaining("do_rescale is false (supported: true)");
  }

  private void writeSection(String json) throws IOException {
    Files.writeString(
        folder.resolve("processor_config.json"),
        "{\"image_processor\": %s, \"processor_class\": \"Gemma3Processor\"}".formatted(json));
  }

  private GemmaImageProcessor load(String json) throws IOException {
    Path file = folder.resolve("preprocessor_config.json");
    Files.writeString(file, json);
    return GemmaImageProcessor.load(folder);
  }
}
