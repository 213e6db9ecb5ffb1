package io.geolocsft.evaluate.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.image.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestPixelIndex {

  @Test
  void findsTheSameImageAtAnotherSize() {
    PixelIndex index =
        new PixelIndex(
            List.of(
                Thumbnail.of(gray(20, 20, 10)),
                Thumbnail.of(gray(64, 48, 200)),
                Thumbnail.of(gray(8, 8, 90))),
            List.of(new GeoPoint(1, 1), new GeoPoint(2, 2), new GeoPoint(3, 3)));
    assertThat(index.locate(Thumbnail.of(gray(300, 200, 190)))).isEqualTo(new GeoPoint(2, 2));
    assertThat(index.locate(Thumbnail.of(gray(5, 7, 80)))).isEqualTo(new GeoPoint(3, 3));
  }

  @Test
  void theFirstOfEqualsWins() {
    Thumbnail same = Thumbnail.of(gray(16, 16, 7));
    assertThat(
            new PixelIndex(List.of(same, same), List.of(new GeoPoint(1, 1), new GeoPoint(2, 2)))
                .locate(same))
        .isEqualTo(new GeoPoint(1, 1));
  }

  /** Leaving off early must not change who is nearest. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void agreesWithTheWholeSum(long seed) {
    Random random = new Random(seed);
    List<byte[]> raw = new ArrayList<>();
    List<Thumbnail> thumbnails = new ArrayList<>();
    List<GeoPoint> points = new ArrayList<>();
    for (int image = 0; image < 200; image++) {
      byte[] rgb = new byte[Thumbnail.LENGTH];
      random.nextBytes(rgb);
      raw.add(rgb);
      thumbnails.add(Thumbnail.of(new RgbImage(16, 16, rgb)));
      points.add(new GeoPoint(0, image * 0.5));
    }
    PixelIndex index = new PixelIndex(thumbnails, points);
    byte[] query = new byte[Thumbnail.LENGTH];
    for (int trial = 0; trial < 20; trial++) {
      random.nextBytes(query);
      long best = Long.MAX_VALUE;
      int expected = -1;
      for (int image = 0; image < raw.size(); image++) {
        long sum = 0;
        for (int i = 0; i < query.length; i++) {
          int difference = (query[i] & 0xff) - (raw.get(image)[i] & 0xff);
          sum += difference * difference;
        }
        if (sum < best) {
          best = sum;
          expected = image;
        }
      }
      assertThat(index.nearest(Thumbnail.of(new RgbImage(16, 16, query))))
          .as("seed %s, trial %s", seed, trial)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 40", "16, 16", "17, 15", "640, 3"})
  void aUniformImageStaysUniform(int width, int height) {
    byte[] pixels = new byte[Thumbnail.LENGTH];
    Thumbnail.of(gray(width, height, 123)).copyTo(pixels, 0);
    assertThat(pixels).containsOnly(123);
  }

  @Test
  void nothingToLookAmong() {
    assertThatThrownBy(() -> new PixelIndex(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static RgbImage gray(int width, int height, int value) {
    byte[] rgb = new byte[width * height * 3];
    Arrays.fill(rgb, (byte) value);
    return new RgbImage(width, height, rgb);
  }
}
