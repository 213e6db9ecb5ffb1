package io.geolocsft.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.GeoPoint;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestDownwardCamera {

  private static final int SIZE = 64;
  private static final double DEGREES = 10;

  /** Colours that vary smoothly over the sphere, without a seam anywhere. */
  private static final BlueMarble GLOBE = globe(3600, 1800);

  private static BlueMarble globe(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double latitude = 90 - (row + 0.5) * 180 / height;
        double longitude = (column + 0.5) * 360 / width - 180;
        double[] color = globeColor(new GeoPoint(latitude, longitude));
        int rgb = (int) Math.round(color[0]) << 16 | (int) Math.round(color[1]) << 8;
        image.setRGB(column, row, rgb | (int) Math.round(color[2]));
      }
    }
    return BlueMarble.of(image);
  }

  private static double[] globeColor(GeoPoint point) {
    double latitude = Math.toRadians(point.latitude());
    double longitude = Math.toRadians(point.longitude());
    return new double[] {
      128 + 120 * Math.cos(latitude) * Math.cos(longitude),
      128 + 120 * Math.cos(latitude) * Math.sin(longitude),
      128 + 120 * Math.sin(latitude)
    };
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "48.9, 2.4",
    "0, 180",
    "-17.8, 179.9",
    "-17.8, -179.9",
    "66, -170",
    "90, 0",
    "87, 25",
    "-88, -100",
    "83.6, -32",
    "-45, 90"
  })
  void everyPixelShowsWhatLiesInItsDirection(double latitude, double longitude) {
    Tile tile = new DownwardCamera(GLOBE, SIZE, DEGREES).view(latitude, longitude);
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        double east = ((column + 0.5) / SIZE - 0.5) * DEGREES;
        double north = (0.5 - (row + 0.5) / SIZE) * DEGREES;
        double bearing = Math.toDegrees(Math.atan2(east, north));
        GeoPoint there =
            Steps.from(new GeoPoint(latitude, longitude), bearing, Math.hypot(east, north));
        double[] expected = globeColor(there);
        for (int channel = 0; channel < 3; channel++) {
          assertThat(tile.at(row, column, channel))
              .as("row %d column %d channel %d", row, column, channel)
              .isCloseTo((float) expected[channel], within(1.0f));
        }
      }
    }
  }

  @Test
  void antimeridianIsTheSameFromBothSides() {
    DownwardCamera camera = new DownwardCamera(Earth.PICTURE, SIZE, DEGREES);
    float[] east = camera.view(-17, 180).colors();
    float[] west = camera.view(-17, -180).colors();
    for (int i = 0; i < east.length; i++) {
      assertThat(east[i]).isCloseTo(west[i], within(0.001f));
    }
  }

  @ParameterizedTest
  @CsvSource({"23, 10", "47, -88", "-25, 133", "61, 100"})
  void middleIsThePlaceItself(double latitude, double longitude) {
    // An odd number of pixels, each as wide as one of the picture.
    Tile tile = new DownwardCamera(Earth.PICTURE, 9, 9.0 / 15).view(latitude, longitude);
    double[] expected = new double[3];
    Earth.PICTURE.addColor(Earth.PICTURE.column(longitude), Earth.PICTURE.row(latitude), expected);
    for (int channel = 0; channel < 3; channel++) {
      assertThat((double) tile.at(4, 4, channel)).isCloseTo(expected[channel], within(12.0));
    }
  }

  @Test
  void coastOfPortugalHasTheSeaInTheWest() {
    Tile tile = new DownwardCamera(Earth.PICTURE, SIZE, DEGREES).view(39.5, -9);
    assertThat(blueness(tile, 20, 8)).isGreaterThan(10);
    assertThat(blueness(tile, 44, 8)).isGreaterThan(10);
    assertThat(blueness(tile, 20, 56)).isLessThan(0);
    assertThat(blueness(tile, 32, 56)).isLessThan(0);
  }

  private static float blueness(Tile tile, int row, int column) {
    return tile.at(row, column, 2) - tile.at(row, column, 0);
  }

  @Test
  void pixelIsTheMeanOfWhatItCovers() {
    BufferedImage stripes = new BufferedImage(3600, 1800, BufferedImage.TYPE_3BYTE_BGR);
    for (int row = 0; row < 1800; row++) {
      for (int column = 0; column < 3600; column++) {
        stripes.setRGB(column, row, column % 2 == 0 ? 0 : 0xc8c8c8);
      }
    }
    Tile tile = new DownwardCamera(BlueMarble.of(stripes), 16, 10).view(0, 0);
    for (int column = 0; column < 16; column++) {
      assertThat(tile.at(8, column, 0)).isCloseTo(100, within(12f));
    }
  }
}
