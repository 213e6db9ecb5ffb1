package io.geolocsft.report.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.geolocsft.geo.DistanceModel;
import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestGreatCircle {

  private static final DistanceModel SPHERE = DistanceModel.SPHERE_6371;

  /** The legs of the way add up to the distance: no point lies off the shortest way. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void isTheShortestWay(long seed) {
    Random random = new Random(seed);
    GeoPoint from = new GeoPoint(random.nextDouble(-90, 90), random.nextDouble(-180, 180));
    GeoPoint to = new GeoPoint(random.nextDouble(-90, 90), random.nextDouble(-180, 180));
    List<GeoPoint> points = GreatCircle.points(from, to);
    double length = 0;
    for (int i = 1; i < points.size(); i++) {
      double leg = SPHERE.kilometers(points.get(i - 1), points.get(i));
      assertThat(leg).as("seed %s", seed).isLessThan(Math.toRadians(3) * 6371 + 1e-6);
      length += leg;
    }
    assertThat(length).as("seed %s", seed).isCloseTo(SPHERE.kilometers(from, to), within(1e-6));
    assertThat(points).startsWith(from).endsWith(to);
  }

  @Test
  void goesOnAtTheOtherEdge() {
    String path = GreatCircle.path(new GeoPoint(10, 170), new GeoPoint(10, -170));
    assertThat(path.chars().filter(c -> c == 'M').count()).isEqualTo(2);
    assertThat(GreatCircle.path(new GeoPoint(10, 20), new GeoPoint(10, 40))).matches("M[^M]+");
  }

  @Test
  void samePointAndAntipode() {
    GeoPoint point = new GeoPoint(12, 34);
    assertThat(GreatCircle.points(point, point)).containsExactly(point, point);
    assertThat(GreatCircle.points(point, new GeoPoint(-12, -146))).contains(new GeoPoint(90, -146));
  }
}
