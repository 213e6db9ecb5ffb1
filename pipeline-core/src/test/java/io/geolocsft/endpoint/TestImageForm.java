package io.geolocsft.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.image.DecodeLimits;
import io.geolocsft.image.ImageDecoder;
import io.geolocsft.image.RgbImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestImageForm {

  private static final Path GOLDENS = Path.of("src/test/resources/io/geolocsft/image/goldens");

  private static RgbImage decoded(byte[] jpeg) throws Exception {
    return ImageDecoder.decode(jpeg, DecodeLimits.DEFAULT);
  }

  /** Four fields of strong colours, none like its neighbours. */
  private static RgbImage colours(int width, int height) {
    int[][] colours = {{230, 20, 20}, {20, 200, 30}, {20, 30, 220}, {240, 230, 60}};
    RgbImage image = RgbImage.black(width, height);
    for (int y = 0, at = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
          image.rgb()[at++] = (byte) colours[(2 * y / height) * 2 + 2 * x / width][channel];
        }
      }
    }
    return image;
  }

  @Test
  void coloursAreTheImages() throws Exception {
    RgbImage image = colours(96, 64);
    RgbImage sent = decoded(ImageForm.within(896, 90).jpeg(image));
    assertThat(sent.width()).isEqualTo(96);
    assertThat(sent.height()).isEqualTo(64);
    for (int[] at : new int[][] {{20, 10}, {70, 10}, {20, 50}, {70, 50}}) {
      for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
        assertThat(sent.sample(at[0], at[1], channel))
            .isCloseTo(image.sample(at[0], at[1], channel), within(6));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"400, 200, 100, 50", "200, 400, 50, 100", "80, 20, 80, 20", "3000, 1, 100, 1"})
  void largerImagesAreScaledDownAndSmallerOnesAreNot(int width, int height, int toX, int toY)
      throws Exception {
    RgbImage sent = decoded(ImageForm.within(100, 90).jpeg(RgbImage.black(width, height)));
    assertThat(new int[] {sent.width(), sent.height()}).containsExactly(toX, toY);
  }

  @ParameterizedTest
  @CsvSource({"400, 200", "20, 30"})
  void anExactSizeIsKept(int width, int height) throws Exception {
    RgbImage sent = decoded(ImageForm.exactly(109, 109, 90).jpeg(colours(width, height)));
    assertThat(new int[] {sent.width(), sent.height()}).containsExactly(109, 109);
  }

  @Test
  void nothingButPixelsGoesOut() throws Exception {
    Path file = GOLDENS.resolve("exif-whole.jpg");
    byte[] original = Files.readAllBytes(file);
    assertThat(new String(original, StandardCharsets.ISO_8859_1)).contains("Exif");
    byte[] sent = ImageForm.within(896, 90).jpeg(ImageDecoder.decode(file, DecodeLimits.DEFAULT));
    assertThat(segments(sent)).isSubsetOf(0xe0, 0xdb, 0xc0, 0xc4, 0xda).contains(0xc0, 0xda);
  }

  /** Markers of a JPEG file up to its picture. */
  private static Set<Integer> segments(byte[] jpeg) {
    Set<Integer> markers = new TreeSet<>();
    int at = 2;
    while (!markers.contains(0xda)) {
      markers.add(jpeg[at + 1] & 0xff);
      at += 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
    }
    return markers;
  }

  @Test
  void aTurnedPictureIsSentUpright() throws Exception {
    RgbImage upright =
        ImageDecoder.decode(GOLDENS.resolve("orientation-6.jpg"), DecodeLimits.DEFAULT);
    RgbImage sent = decoded(ImageForm.within(896, 95).jpeg(upright));
    assertThat(new int[] {sent.width(), sent.height()})
        .containsExactly(upright.width(), upright.height());
  }

  @Test
  void theSamePixelsGiveTheSameBytes() {
    ImageForm form = ImageForm.within(50, 90);
    assertThat(form.jpeg(colours(96, 64))).isEqualTo(form.jpeg(colours(96, 64)));
  }

  @Test
  void lowerQualityTakesFewerBytes() {
    RgbImage image = colours(96, 64);
    assertThat(ImageForm.within(96, 30).jpeg(image))
        .hasSizeLessThan(ImageForm.within(96, 95).jpeg(image).length);
  }
}
