package io.geolocsft.evaluate.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.GeoPoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestMeanPoint {

  @Test
  void acrossTheDateLine() {
    GeoPoint mean = mean(new GeoPoint(0, 170), new GeoPoint(0, -170));
    assertThat(mean.latitude()).isCloseTo(0, within(1e-9));
    assertThat(Math.abs(mean.longitude())).isCloseTo(180, within(1e-9));
  }

  @Test
  void betweenTwoPointsOfOneLatitudeLiesTowardsThePole() {
    // tan(latitude) = tan(45) / cos(45): the great circle bulges north.
    GeoPoint mean = mean(new GeoPoint(45, -45), new GeoPoint(45, 45));
    assertThat(mean.latitude()).isCloseTo(54.7356, within(1e-4));
    assertThat(mean.longitude()).isCloseTo(0, within(1e-9));
  }

  @Test
  void onePointIsItsOwnMean() {
    GeoPoint mean = mean(new GeoPoint(-33.9, 18.4));
    assertThat(mean.latitude()).isCloseTo(-33.9, within(1e-9));
    assertThat(mean.longitude()).isCloseTo(18.4, within(1e-9));
  }

  @Test
  void antipodesHaveNoMiddle() {
    assertThat(mean(new GeoPoint(20, 30), new GeoPoint(-20, -150))).isEqualTo(new GeoPoint(0, 0));
  }

  @Test
  void nothingHasNoMean() {
    assertThatThrownBy(() -> mean()).isInstanceOf(IllegalArgumentException.class);
  }

  private static GeoPoint mean(GeoPoint... points) {
    return MeanPoint.of(List.of(points).iterator());
  }
}
