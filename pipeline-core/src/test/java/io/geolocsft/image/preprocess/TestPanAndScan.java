package io.geolocsft.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class TestPanAndScan {

  private static RgbImage random(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    new Random(width).nextBytes(rgb);
    return new RgbImage(width, height, rgb);
  }

  /** Sizes of the crops that transformers cuts, by make_pan_and_scan.py. */
  @ParameterizedTest
  @CsvFileSource(resources = "pan_and_scan.csv", numLinesToSkip = 1)
  void cropsHaveTransformersSizes(
      int minSize, int most, double ratio, int width, int height, String sizes) {
    PanAndScan panAndScan = new PanAndScan(minSize, most, ratio);
    List<RgbImage> views = panAndScan.views(random(width, height));
    List<String> found =
        views.stream().skip(1).map(crop -> crop.width() + "x" + crop.height()).toList();
    assertThat(String.join(" ", found)).isEqualTo(sizes == null ? "" : sizes);
    assertThat(panAndScan.crops(width, height)).isEqualTo(found.size());
  }

  @ParameterizedTest
  @CsvSource({"1000, 300", "300, 1001"})
  void cropsTileTheImage(int width, int height) {
    RgbImage image = random(width, height);
    List<RgbImage> views = PanAndScan.USUAL.views(image);
    assertThat(views.get(0)).isSameAs(image);
    assertThat(views).hasSize(4);
    int left = 0;
    int top = 0;
    for (RgbImage crop : views.subList(1, views.size())) {
      for (int y = 0; y < crop.height(); y += 7) {
        for (int x = 0; x < crop.width(); x++) {
          assertThat(crop.sample(x, y, 1)).isEqualTo(image.sample(left + x, top + y, 1));
        }
      }
      left += width > height ? crop.width() : 0;
      top += width > height ? 0 : crop.height();
    }
    assertThat(Math.max(left, top)).isEqualTo(Math.max(width, height));
  }

  @Test
  void aModelsFileMaySayHow(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("preprocessor_config.json");
    Files.writeString(file, "{\"pan_and_scan_min_crop_size\": null}");
    assertThat(PanAndScan.load(folder)).isEqualTo(PanAndScan.USUAL);
    Files.writeString(
        file,
        "{\"pan_and_scan_min_crop_size\": 64, \"pan_and_scan_max_num_crops\": 6, \"pan_and_scan_min_ratio_to_activate\": 1.5}");
    assertThat(PanAndScan.load(folder)).isEqualTo(new PanAndScan(64, 6, 1.5));
    Files.writeString(
        file, "{\"pan_and_scan_max_num_crops\": 1, \"pan_and_scan_min_crop_size\": \"x\"}");
    assertThatThrownBy(() -> PanAndScan.load(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("pan_and_scan_max_num_crops is 1")
        .hasMessageContaining("pan_and_scan_min_crop_size is");
  }

  @ParameterizedTest
  @CsvSource({"3, 4, 1.2", "256, 1, 1.2", "256, 4, 0.9", "256, 4, NaN"})
  void settingsMustMakeSense(int minSize, int most, double ratio) {
    assertThatThrownBy(() -> new PanAndScan(minSize, most, ratio))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Pan and scan needs");
  }
}
