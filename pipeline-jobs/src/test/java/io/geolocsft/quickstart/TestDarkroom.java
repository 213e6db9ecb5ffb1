package io.geolocsft.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class TestDarkroom {

  private final Darkroom darkroom = new Darkroom(new DownwardCamera(Earth.PICTURE, 64, 10));

  @Test
  void imageIsASmallJpeg() throws IOException {
    byte[] bytes = develop(Flaw.NONE, 1);
    BufferedImage image = decode(bytes);
    assertThat(image.getWidth()).isEqualTo(64);
    assertThat(image.getHeight()).isEqualTo(64);
    assertThat(bytes).startsWith(0xff, 0xd8).hasSizeBetween(1000, 8000);
  }

  @Test
  void sameExposureGivesTheSameBytes() throws IOException {
    assertThat(develop(Flaw.NONE, 1))
        .isEqualTo(develop(Flaw.NONE, 1))
        .isEqualTo(develop(Flaw.EXACT_DUPLICATE, 1))
        .isNotEqualTo(develop(Flaw.NONE, 2));
  }

  @Test
  void nearDuplicateLooksTheSameInOtherBytes() throws IOException {
    byte[] bytes = develop(Flaw.NEAR_DUPLICATE, 2);
    assertThat(bytes).hasSizeLessThan(develop(Flaw.NONE, 2).length);
    assertThat(difference(decode(bytes), decode(develop(Flaw.NONE, 1)))).isLessThan(20);
  }

  @Test
  void blankAndBlurredImagesHaveFewerEdges() throws IOException {
    double sharp = edges(decode(develop(Flaw.NONE, 1)));
    double blurred = edges(decode(develop(Flaw.BLURRED, 1)));
    double blank = edges(decode(develop(Flaw.BLANK, 1)));
    assertThat(blurred).isLessThan(0.6 * sharp);
    assertThat(blank).isLessThan(blurred).isLessThan(4);
  }

  @Test
  void undecodableImageCannotBeDecoded() throws IOException {
    byte[] bytes = develop(Flaw.UNDECODABLE, 1);
    assertThatThrownBy(() -> decode(bytes)).isInstanceOf(IOException.class);
  }

  private byte[] develop(Flaw flaw, long exposure) throws IOException {
    return darkroom.develop(new View(43, 12, exposure, flaw));
  }

  private static BufferedImage decode(byte[] bytes) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(bytes));
  }

  private static double difference(BufferedImage one, BufferedImage other) {
    double sum = 0;
    for (int row = 0; row < 64; row++) {
      for (int column = 0; column < 64; column++) {
        sum += Math.abs(green(one, row, column) - green(other, row, column));
      }
    }
    return sum / (64 * 64);
  }

  private static double edges(BufferedImage image) {
    double sum = 0;
    for (int row = 0; row < 64; row++) {
      for (int column = 1; column < 64; column++) {
        sum += Math.abs(green(image, row, column) - green(image, row, column - 1));
      }
    }
    return sum / (64 * 63);
  }

  private static int green(BufferedImage image, int row, int column) {
    return image.getRGB(column, row) >> 8 & 0xff;
  }
}
