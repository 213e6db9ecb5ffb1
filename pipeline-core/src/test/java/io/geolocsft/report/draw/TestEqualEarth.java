package io.geolocsft.report.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestEqualEarth {

  private static final EqualEarth MAP = new EqualEarth(1000);

  @Test
  void shape() {
    // The paper: the equator is 2.05458 times as long as the central meridian.
    assertThat(1000 / MAP.height()).isCloseTo(2.05458, within(1e-4));
    assertThat(MAP.x(0, -180)).isCloseTo(0, within(1e-9));
    assertThat(MAP.x(0, 180)).isCloseTo(1000, within(1e-9));
    assertThat(MAP.x(0, 0)).isCloseTo(500, within(1e-9));
    assertThat(MAP.y(90)).isCloseTo(0, within(1e-9));
    assertThat(MAP.y(-90)).isCloseTo(MAP.height(), within(1e-9));
    assertThat(MAP.y(0)).isCloseTo(MAP.height() / 2, within(1e-9));
  }

  /** A cell of one degree anywhere has an area in proportion to its area on the sphere. */
  @ParameterizedTest
  @CsvSource({"0, 0", "45, 100", "-70, -179", "85, 20"})
  void keepsAreas(double latitude, double longitude) {
    double step = 0.01;
    double width = MAP.x(latitude, longitude + step) - MAP.x(latitude, longitude);
    // Parallels are straight and level, so the cell is as high as its sides reach.
    double height = MAP.y(latitude - step / 2) - MAP.y(latitude + step / 2);
    double onSphere =
        Math.toRadians(step) * Math.toRadians(step) * Math.cos(Math.toRadians(latitude));
    double pixels = sphereArea();
    assertThat(width * height).isCloseTo(onSphere / (4 * Math.PI) * pixels, within(1e-7));
  }

  /** Square pixels inside the outline. */
  private static double sphereArea() {
    double area = 0;
    int steps = 20_000;
    for (int i = 0; i < steps; i++) {
      double south = -90 + 180.0 * i / steps;
      double north = south + 180.0 / steps;
      double middle = (south + north) / 2;
      area += (MAP.x(middle, 180) - MAP.x(middle, -180)) * (MAP.y(south) - MAP.y(north));
    }
    return area;
  }
}
