package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.GeoPoint;
import io.geolocsft.select.Diversity.Image;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestDiversity {

  private static final double KM_PER_DEGREE = Math.toRadians(6371.0088);

  @Test
  void knownAnswers() {
    Diversity diversity =
        Diversity.of(
            List.of(image(0, 1, "A"), image(1, 1, "A"), image(3, 2, "B"), image(8, 3, null)));
    assertThat(diversity.images()).isEqualTo(4);
    assertThat(diversity.cells()).isEqualTo(3);
    assertThat(diversity.countries()).isEqualTo(2);
    assertThat(diversity.cellEntropy()).isCloseTo(1.5, within(1e-12));
    assertThat(diversity.evenness()).isCloseTo(1.5 / (Math.log(3) / Math.log(2)), within(1e-12));
    // Nearest: 1, 1, 2, 5 degrees.
    assertThat(diversity.medianNearestKm()).isCloseTo(1.5 * KM_PER_DEGREE, within(1e-6));
  }

  @Test
  void twoAtOnePlaceAreZeroApart() {
    assertThat(Diversity.of(List.of(image(5, 1, "A"), image(5, 1, "A"))).medianNearestKm())
        .isZero();
    assertThat(Diversity.of(List.of(image(5, 1, "A"))).medianNearestKm()).isNaN();
    assertThat(Diversity.of(List.of()).cellEntropy()).isZero();
  }

  private static Image image(double longitude, long cell, String country) {
    return new Image(new GeoPoint(0, longitude), cell, country);
  }
}
