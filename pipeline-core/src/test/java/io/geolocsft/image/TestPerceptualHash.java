package io.geolocsft.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TestPerceptualHash {

  @Test
  void nearDuplicatesAreNear() throws IOException {
    long original = PerceptualHash.of(Goldens.decoded("sampling-444.jpg"));
    assertThat(PerceptualHash.of(Goldens.decoded("sampling-444.jpg"))).isEqualTo(original);
    long recompressed = PerceptualHash.of(Goldens.decoded("sampling-420.jpg"));
    assertThat(PerceptualHash.distance(original, recompressed)).isLessThanOrEqualTo(6);
    RgbImage smaller = BilinearResize.resize(Goldens.decoded("sampling-444.jpg"), 36, 24);
    assertThat(PerceptualHash.distance(original, PerceptualHash.of(smaller)))
        .isLessThanOrEqualTo(8);
  }

  @Test
  void differentImagesAreFar() {
    long seed = 20260104;
    Random random = new Random(seed);
    int nearest = 64;
    long last = PerceptualHash.of(noise(random));
    for (int i = 0; i < 50; i++) {
      long next = PerceptualHash.of(noise(random));
      nearest = Math.min(nearest, PerceptualHash.distance(last, next));
      last = next;
    }
    assertThat(nearest).as("seed %d", seed).isGreaterThan(10);
  }

  @Test
  void aCosineSetsItsOwnBit() {
    RgbImage image = RgbImage.black(32, 32);
    for (int i = 0; i < image.rgb().length; i++) {
      int x = i / 3 % 32;
      image.rgb()[i] = (byte) (127 + Math.round(100 * Math.cos(Math.PI * 3 * (2 * x + 1) / 64)));
    }
    // Row 0 of the frequencies: the mean, and the third along the row; the rest is rounding.
    assertThat(PerceptualHash.of(image) >>> 56 & 0b10010000).isEqualTo(0b10010000);
    assertThat(PerceptualHash.of(image) << 8).isZero();
  }

  @Test
  void blankImagesHashAlike() {
    RgbImage gray = RgbImage.black(64, 48);
    java.util.Arrays.fill(gray.rgb(), (byte) 90);
    assertThat(PerceptualHash.of(gray)).isEqualTo(Long.MIN_VALUE);
  }

  private static RgbImage noise(Random random) {
    RgbImage coarse = RgbImage.black(8, 8);
    random.nextBytes(coarse.rgb());
    return BilinearResize.resize(coarse, 64, 64);
  }
}
