package io.geolocsft.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.geometry.S2CellId;
import io.geolocsft.geo.CellSystem;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.LandArea;
import io.geolocsft.select.Diversity.Placed;
import java.util.ArrayList;
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
  void divergesFromLandAsItIsUneven() {
    LandArea land = LandArea.naturalEarth();
    CellSystem s2 = CellSystem.of("s2");
    List<Placed> everywhere = new ArrayList<>();
    double shares = 0;
    for (S2CellId id = S2CellId.begin(4); !id.equals(S2CellId.end(4)); id = id.next()) {
      double share = land.share(id.id());
      shares += share;
      for (int i = 0; i < Math.round(share * 100_000); i++) {
        everywhere.add(new Placed(s2.center(id.id()), id.id(), null));
      }
    }
    assertThat(shares).isCloseTo(1, within(1e-9));
    assertThat(Diversity.of(everywhere).landDivergence()).isBetween(0.0, 0.01);
    GeoPoint sahara = new GeoPoint(23, 10);
    assertThat(land.share(land.cell(sahara))).isBetween(330e3 / 149e6 / 1.3, 330e3 / 149e6 * 1.3);
    List<Placed> one = List.of(new Placed(sahara, 1, "DZ"), new Placed(sahara, 1, "DZ"));
    assertThat(Diversity.of(one).landDivergence())
        .isCloseTo(-Math.log(land.share(land.cell(sahara))) / Math.log(2), within(1e-12));
  }

  @Test
  void twoAtOnePlaceAreZeroApart() {
    assertThat(Diversity.of(List.of(image(5, 1, "A"), image(5, 1, "A"))).medianNearestKm())
        .isZero();
    assertThat(Diversity.of(List.of(image(5, 1, "A"))).medianNearestKm()).isNaN();
    assertThat(Diversity.of(List.of()).cellEntropy()).isZero();
  }

  private static Placed image(double longitude, long cell, String country) {
    return new Placed(new GeoPoint(0, longitude), cell, country);
  }
}
