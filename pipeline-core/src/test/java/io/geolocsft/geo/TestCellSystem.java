package io.geolocsft.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.common.geometry.S2CellId;
import com.google.common.geometry.S2LatLng;
import com.uber.h3core.H3Core;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKBReader;

class TestCellSystem {

  private static final long SEED = 7;

  @Test
  void s2IdsAreTheLibrarysOwn() {
    Random random = new Random(SEED);
    for (GeoPoint at : points(random, 2_000)) {
      int level = random.nextInt(31);
      S2CellId leaf = S2CellId.fromLatLng(S2LatLng.fromDegrees(at.latitude(), at.longitude()));
      long id = CellSystem.of("s2").cellId(at.latitude(), at.longitude(), level);
      assertThat(id)
          .as("%s at level %d, seed %d", at, level, SEED)
          .isEqualTo(leaf.parent(level).id());
      assertThat(CellSystem.of("s2").token(id)).isEqualTo(leaf.parent(level).toToken());
    }
  }

  @Test
  void h3IdsAreTheLibrarysOwn() throws IOException {
    H3Core h3 = H3Core.newInstance();
    Random random = new Random(SEED);
    for (GeoPoint at : points(random, 2_000)) {
      int level = random.nextInt(16);
      long id = CellSystem.of("h3").cellId(at.latitude(), at.longitude(), level);
      assertThat(id).isEqualTo(h3.latLngToCell(at.latitude(), at.longitude(), level));
      assertThat(CellSystem.of("h3").token(id)).isEqualTo(h3.h3ToString(id));
    }
  }

  @Test
  void knownTokens() {
    // The examples of S2's and H3's own documentation: a point in New York, one in San Francisco.
    CellSystem h3 = CellSystem.of("h3");
    assertThat(h3.token(h3.cellId(37.775938728915946, -122.41795063018799, 9)))
        .isEqualTo("8928308280fffff");
    CellSystem s2 = CellSystem.of("s2");
    assertThat(s2.token(s2.cellId(0, 0, 0))).isEqualTo("1");
    assertThat(s2.token(s2.cellId(90, 0, 0))).isEqualTo("5");
    assertThat(s2.token(s2.cellId(-90, 0, 0))).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s2", "h3"})
  void parentsHoldTheirChildrensLevels(String name) {
    CellSystem cells = CellSystem.of(name);
    assertThat(cells.name()).isEqualTo(name);
    for (GeoPoint at : points(new Random(SEED), 300)) {
      long fine = cells.cellId(at.latitude(), at.longitude(), 10);
      for (int level = 0; level <= 10; level++) {
        long parent = cells.parent(fine, level);
        assertThat(cells.isValid(parent)).isTrue();
        assertThat(cells.level(parent)).isEqualTo(level);
        assertThat(cells.parent(parent, 0)).isEqualTo(cells.parent(fine, 0));
      }
      assertThat(cells.parent(fine, 10)).isEqualTo(fine);
      GeoPoint center = cells.center(fine);
      assertThat(cells.cellId(center.latitude(), center.longitude(), 10)).isEqualTo(fine);
    }
  }

  /** Also across the antimeridian and around the poles: together they fill the map exactly once. */
  @ParameterizedTest
  @CsvSource({"s2,0,6", "s2,1,24", "s2,2,96", "s2,3,384", "h3,0,122", "h3,1,842"})
  void boundariesTileTheMap(String name, int level, int count) throws ParseException {
    CellSystem cells = CellSystem.of(name);
    Collection<Long> all = allCells(cells, level);
    assertThat(all).hasSize(count);
    double degrees = 0;
    double squareKm = 0;
    GeometryFactory geometries = new GeometryFactory();
    for (long id : all) {
      Geometry boundary = new WKBReader().read(cells.boundaryWkb(id));
      assertThat(boundary.isValid()).as(cells.token(id)).isTrue();
      GeoPoint center = cells.center(id);
      assertThat(
              boundary.covers(
                  geometries.createPoint(new Coordinate(center.longitude(), center.latitude()))))
          .as(cells.token(id))
          .isTrue();
      degrees += boundary.getArea();
      squareKm += cells.areaSquareKm(id);
    }
    assertThat(degrees).isCloseTo(360 * 180, within(0.02));
    assertThat(squareKm).isCloseTo(4 * Math.PI * 6371.0088 * 6371.0088, within(5_000.0));
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CellSystem.of("geohash"))
        .withMessageContaining("s2, h3");
    for (String name : List.of("s2", "h3")) {
      assertThat(CellSystem.of(name).isValid(0)).isFalse();
      assertThatIllegalArgumentException().isThrownBy(() -> CellSystem.of(name).level(0));
    }
  }

  private static Collection<Long> allCells(CellSystem cells, int level) {
    Set<Long> all = new HashSet<>();
    for (double lat = -90; lat <= 90; lat += 1) {
      for (double lon = -180; lon < 180; lon += 1) {
        all.add(cells.cellId(lat, lon, level));
      }
    }
    return all;
  }

  private static List<GeoPoint> points(Random random, int count) {
    List<GeoPoint> points = new ArrayList<>(List.of(new GeoPoint(90, 0), new GeoPoint(-90, 180)));
    while (points.size() < count) {
      points.add(
          new GeoPoint(
              Math.toDegrees(Math.asin(random.nextDouble(-1, 1))), random.nextDouble(-180, 180)));
    }
    return points;
  }
}
