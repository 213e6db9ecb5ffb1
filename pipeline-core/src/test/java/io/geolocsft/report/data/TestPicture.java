package io.geolocsft.report.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.BaseEncoding;
import io.geolocsft.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestPicture {

  @ParameterizedTest
  @CsvSource({"64, 64, 64, 64", "2000, 1000, 360, 180", "10, 3000, 1, 360", "360, 361, 359, 360"})
  void shrinksButNeverGrows(int width, int height, int shownWidth, int shownHeight) {
    Picture picture = Picture.of(gray(width, height));
    assertThat(picture.width()).isEqualTo(shownWidth);
    assertThat(picture.height()).isEqualTo(shownHeight);
  }

  @Test
  void isAJpegOfTheSamePixels() throws Exception {
    String uri = Picture.of(gray(800, 600)).dataUri();
    assertThat(uri).startsWith("data:image/jpeg;base64,");
    byte[] jpeg = BaseEncoding.base64().decode(uri.substring(uri.indexOf(',') + 1));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
    assertThat(image.getWidth()).isEqualTo(360);
    assertThat(image.getRGB(100, 100) & 0xff).isBetween(138, 142);
  }

  private static RgbImage gray(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    Arrays.fill(rgb, (byte) 140);
    return new RgbImage(width, height, rgb);
  }
}
