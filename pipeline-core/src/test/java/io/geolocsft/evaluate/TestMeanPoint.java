package io.geolocsft.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.GeoPoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestMeanPoint {

  @Test
  void acrossTheDateLine() {
    GeoPoint mean = MeanPoint.of(List.of(new GeoPoint(0, 170), new GeoPoint(0, -170)));
    assertThat(mean.latitude()).isCloseTo(0, within(1e-9));
    assertThat(Math.abs(mean.longitude())).isCloseTo(180, within(1e-9));
  }

  @Test
  void betweenTwoPointsOfOneLatitudeLiesTowardsThePole() {
    // tan(latitude) = tan(45) / cos(45): the great circle bulges north.
    GeoPoint mean = MeanPoint.of(List.of(new GeoPoint(45, -45), new GeoPoint(45, 45)));
    assertThat(mean.latitude()).isCloseTo(54.7356, within(1e-4));
    assertThat(mean.longitude()).isCloseTo(0, within(1e-9));
  }

  @Test
  void onePointIsItsOwnMean() {
    GeoPoint mean = MeanPoint.of(List.of(new GeoPoint(-33.9, 18.4)));
    assertThat(mean.latitude()).isCloseTo(-33.9, within(1e-9));
    assertThat(mean.longitude()).isCloseTo(18.4, within(1e-9));
  }

  @Test
  void antipodesHaveNoMiddle() {
    assertThat(MeanPoint.of(List.of(new GeoPoint(20, 30), new GeoPoint(-20, -150))))
        .isEqualTo(new GeoPoint(0, 0));
  }

  @Test
  void nothingHasNoMean() {
    assertThatThrownBy(() -> MeanPoint.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
