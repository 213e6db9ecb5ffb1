package io.geolocsft.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.sf.geographiclib.Geodesic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TestDistanceModel {

  private static final long SEED = 20260101;

  @ParameterizedTest
  @CsvSource({"SPHERE_6371, 6371", "SPHERE_6371_0088, 6371.0088", "SPHERE_6378_137, 6378.137"})
  void spheresAgreeWithGeographicLib(DistanceModel model, double radiusKm) {
    Geodesic sphere = new Geodesic(radiusKm * 1000, 0);
    Random random = new Random(SEED);
    for (int i = 0; i < 3_000; i++) {
      double lat1 = latitude(random);
      double lon1 = random.nextDouble(-180, 180);
      // From a few millimetres apart to almost opposite.
      double step = Math.pow(10, random.nextDouble(-7, 2.3));
      double lat2 = Math.max(-90, Math.min(90, lat1 + random.nextGaussian() * step));
      double lon2 = Math.IEEEremainder(lon1 + random.nextGaussian() * step, 360);
      double expected = sphere.Inverse(lat1, lon1, lat2, lon2).s12 / 1000;
      assertThat(model.kilometers(lat1, lon1, lat2, lon2))
          .as("seed %d, case %d: %s,%s to %s,%s", SEED, i, lat1, lon1, lat2, lon2)
          .isCloseTo(expected, within(1e-8 + expected * 1e-11));
    }
  }

  /** The angle between vectors, from their cross and dot products. */
  @Test
  void sphereIsItsClosedForm() {
    Random random = new Random(SEED);
    int cases = 0;
    while (cases < 100_000) {
      double lat1 = latitude(random);
      double lon1 = random.nextDouble(-180, 180);
      double lat2 = latitude(random);
      double lon2 = random.nextDouble(-180, 180);
      double expected = 6371.0088 * SpherePoints.of(lat1, lon1).angle(SpherePoints.of(lat2, lon2));
      // Between near or almost opposite vectors the reference itself loses digits.
      if (expected > 100 && expected < 19_900) {
        assertThat(DistanceModel.SPHERE_6371_0088.kilometers(lat1, lon1, lat2, lon2))
            .as("seed %d: %s,%s to %s,%s", SEED, lat1, lon1, lat2, lon2)
            .isCloseTo(expected, within(expected * 1e-12));
        cases++;
      }
    }
  }

  @Test
  void staysExactNearTheAntipode() {
    double half = Math.PI * 6371;
    double perDegree = half / 180;
    for (double off : new double[] {0, 1e-9, 1e-6, 1e-3, 0.1}) {
      assertThat(DistanceModel.SPHERE_6371.kilometers(12, 34, -12 + off, 34 - 180))
          .isCloseTo(half - off * perDegree, within(1e-8));
    }
  }

  @ParameterizedTest
  @EnumSource
  void isSymmetricAndZeroAtHome(DistanceModel model) {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      GeoPoint a = new GeoPoint(latitude(random), random.nextDouble(-180, 180));
      GeoPoint b = new GeoPoint(latitude(random), random.nextDouble(-180, 180));
      assertThat(model.kilometers(a, a)).isZero();
      assertThat(model.kilometers(a, b)).isCloseTo(model.kilometers(b, a), within(1e-8));
      assertThat(model.kilometers(a, b)).isBetween(0.0, 20_038.0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // JFK to LHR, as in GeographicLib's manual of GeodSolve.
    "40.6, -73.8, 51.6, -0.5, 5551.759400",
    // A degree of longitude on the equator and the meridian's quadrant.
    "0, 0, 0, 1, 111.319491",
    "0, 0, 90, 0, 10001.965729",
    "10, 180, 10, -180, 0"
  })
  void wgs84KnownAnswers(double lat1, double lon1, double lat2, double lon2, double km) {
    assertThat(DistanceModel.WGS84.kilometers(lat1, lon1, lat2, lon2)).isCloseTo(km, within(1e-6));
  }

  @Test
  void refusesWhatIsNotOnEarth() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DistanceModel.SPHERE_6371.kilometers(0, 0, 91, 0))
        .withMessageContaining("91");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DistanceModel.WGS84.kilometers(Double.NaN, 0, 0, 0));
  }

  private static double latitude(Random random) {
    return Math.toDegrees(Math.asin(random.nextDouble(-1, 1)));
  }
}
