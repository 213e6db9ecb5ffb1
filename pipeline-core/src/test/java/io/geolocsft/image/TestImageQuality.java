package io.geolocsft.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TestImageQuality {

  @Test
  void aBlankImageHasNothing() {
    RgbImage gray = RgbImage.black(16, 9);
    Arrays.fill(gray.rgb(), (byte) 200);
    assertThat(ImageQuality.measure(gray)).isEqualTo(new ImageQuality(0, 200, 0, 0));
  }

  @Test
  void aChessboardHasTheMost() {
    ImageQuality quality = ImageQuality.measure(chessboard(1));
    assertThat(quality.blur()).isCloseTo(1020.0 * 1020, within(1e-6));
    assertThat(quality.brightness()).isCloseTo(127.5, within(1e-9));
    assertThat(quality.contrast()).isCloseTo(127.5, within(1e-9));
    assertThat(quality.entropy()).isCloseTo(1, within(1e-12));
  }

  @Test
  void blurringLowersBlurAndContrast() {
    RgbImage sharp = chessboard(4);
    RgbImage blurred = BilinearResize.resize(BilinearResize.resize(sharp, 6, 6), 16, 16);
    assertThat(ImageQuality.measure(blurred).blur())
        .isLessThan(ImageQuality.measure(sharp).blur() / 10);
    assertThat(ImageQuality.measure(blurred).contrast())
        .isLessThan(ImageQuality.measure(sharp).contrast());
  }

  @Test
  void onePixelIsMeasured() {
    assertThat(ImageQuality.measure(RgbImage.black(1, 1))).isEqualTo(new ImageQuality(0, 0, 0, 0));
  }

  private static RgbImage chessboard(int square) {
    RgbImage board = RgbImage.black(16, 16);
    for (int i = 0; i < 16 * 16; i++) {
      if ((i % 16 / square + i / 16 / square) % 2 == 1) {
        Arrays.fill(board.rgb(), 3 * i, 3 * i + 3, (byte) 255);
      }
    }
    return board;
  }
}
