package io.geolocsft.geo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.common.geometry.S2Cell;
import com.google.common.geometry.S2CellId;
import com.google.common.geometry.S2EdgeUtil;
import com.google.common.geometry.S2LatLng;
import com.google.common.geometry.S2Point;
import com.uber.h3core.H3Core;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  private static final int POINTS = 100_000;

  /** Farthest that a coordinate of an outline may lie off the library's own: rounding. */
  private static final double ROUNDING = 1e-12;

  @Test
  void s2IsTheLibrarysOwn() throws ParseException {
    CellSystem cells = CellSystem.of("s2");
    Random random = new Random(SEED);
    for (GeoPoint at : points(random, POINTS)) {
      int level = random.nextInt(31);
      S2CellId leaf = S2CellId.fromLatLng(S2LatLng.fromDegrees(at.latitude(), at.longitude()));
      S2CellId expected = leaf.parent(level);
      long id = cells.cellId(at.latitude(), at.longitude(), level);
      assertThat(id).as("%s at level %d, seed %d", at, level, SEED).isEqualTo(expected.id());
      assertThat(cells.token(id)).isEqualTo(expected.toToken());
      int above = random.nextInt(level + 1);
      assertThat(cells.parent(id, above)).isEqualTo(leaf.parent(above).id());
      S2Cell cell = new S2Cell(expected);
      requireOutline(
          cells.boundaryWkb(id), IntStream.range(0, 4).mapToObj(cell::getVertex).toList(), at);
    }
  }

  /** The own way to an id, at every level, as near to the cells' corners as numbers come. */
  @Test
  void s2IdsAreTheLibrarysBitForBit() {
    CellSystem cells = CellSystem.of("s2");
    Random random = new Random(SEED);
    for (GeoPoint at : points(random, 500_000)) {
      S2CellId leaf = S2CellId.fromLatLng(S2LatLng.fromDegrees(at.latitude(), at.longitude()));
      int level = random.nextInt(31);
      long id = cells.cellId(at.latitude(), at.longitude(), level);
      assertThat(id == leaf.parent(level).id()).as("%s at level %d", at, level).isTrue();
      GeoPoint corner =
          SpherePoints.geoPoint(new S2Cell(leaf.parent(level)).getVertex(random.nextInt(4)));
      S2CellId there =
          S2CellId.fromLatLng(S2LatLng.fromDegrees(corner.latitude(), corner.longitude()));
      assertThat(cells.cellId(corner.latitude(), corner.longitude(), 30) == there.id())
          .as("%s at level 30", corner)
          .isTrue();
    }
  }

  @Test
  void h3IsTheLibrarysOwn() throws IOException, ParseException {
    CellSystem cells = CellSystem.of("h3");
    H3Core h3 = H3Core.newInstance();
    Random random = new Random(SEED);
    for (GeoPoint at : points(random, POINTS)) {
      int level = random.nextInt(16);
      long id = cells.cellId(at.latitude(), at.longitude(), level);
      assertThat(id)
          .as("%s at level %d, seed %d", at, level, SEED)
          .isEqualTo(h3.latLngToCell(at.latitude(), at.longitude(), level));
      assertThat(cells.token(id)).isEqualTo(h3.h3ToString(id));
      int above = random.nextInt(level + 1);
      assertThat(cells.parent(id, above)).isEqualTo(h3.cellToParent(id, above));
      List<S2Point> vertices =
          h3.cellToBoundary(id).stream()
              .map(vertex -> SpherePoints.of(vertex.lat, vertex.lng))
              .toList();
      requireOutline(cells.boundaryWkb(id), vertices, at);
    }
  }

  /** Every vertex stands in the outline, and between them it holds points of its edges alone. */
  private static void requireOutline(byte[] wkb, List<S2Point> vertices, GeoPoint at)
      throws ParseException {
    Coordinate[] outline = new WKBReader().read(wkb).getCoordinates();
    List<S2Point> points =
        Stream.of(outline)
            .filter(point -> Math.abs(point.y) < 90)
            .map(point -> SpherePoints.of(point.y, point.x))
            .toList();
    for (S2Point vertex : vertices) {
      boolean pole = Math.abs(vertex.getZ()) > 1 - ROUNDING;
      assertThat(pole || points.stream().anyMatch(point -> point.angle(vertex) < ROUNDING))
          .as("a vertex of the cell around %s", at)
          .isTrue();
    }
    for (Coordinate point : outline) {
      // Where the map ends, outlines are closed along its edge.
      if (Math.abs(point.x) != 180 && Math.abs(point.y) < 89.99) {
        assertThat(toEdge(SpherePoints.of(point.y, point.x), vertices))
            .as("%s in the outline of the cell around %s", point, at)
            .isLessThan(1e-9);
      }
    }
  }

  private static double toEdge(S2Point point, List<S2Point> vertices) {
    double nearest = Math.PI;
    for (int i = 0; i < vertices.size(); i++) {
      S2Point next = vertices.get((i + 1) % vertices.size());
      nearest = Math.min(nearest, S2EdgeUtil.getDistance(point, vertices.get(i), next).radians());
    }
    return nearest;
  }

  @Test
  void gridHasOsv5msRowsAndColumns() {
    CellSystem grid = CellSystem.of("grid");
    double lat = 180.0 / 99;
    double lon = 360.0 / 99;
    assertThat(grid.cellId(-90, -180, 1)).isEqualTo(1);
    assertThat(grid.cellId(90, 180, 1)).isEqualTo(99 * 99);
    assertThat(grid.token(grid.cellId(0, 0, 1))).isEqualTo("r49c49");
    assertThat(grid.token(grid.cellId(-90 + 12.5 * lat, -180 + 34.5 * lon, 1))).isEqualTo("r12c34");
    assertThat(grid.token(grid.cellId(5, 5, 0))).isEqualTo("earth");
    GeoPoint center = grid.center(grid.cellId(-90 + 12.1 * lat, -180 + 34.9 * lon, 1));
    assertThat(center.latitude()).isCloseTo(-90 + 12.5 * lat, within(1e-12));
    assertThat(center.longitude()).isCloseTo(-180 + 34.5 * lon, within(1e-12));
    CellSystem other = CellSystem.of("grid:2x4");
    assertThat(other.cellId(0, 0, 1)).isEqualTo(7);
    assertThat(other.cellId(-1e-9, 0, 1)).isEqualTo(3);
  }

  /** The rule of OSV-5M's own script: south before north, west before east, edges go north-east. */
  @Test
  void quadtreeHasOsv5msDigits() {
    for (String name : List.of("quadtree", "quadtree:-55,-176.5,78.25,179")) {
      CellSystem cells = CellSystem.of(name);
      Quadtree tree = (Quadtree) cells;
      Random random = new Random(SEED);
      for (int i = 0; i < 20_000; i++) {
        double lat = random.nextDouble(tree.bounds().ymin(), tree.bounds().ymax());
        double lon = random.nextDouble(tree.bounds().xmin(), tree.bounds().xmax());
        int level = 1 + random.nextInt(12);
        assertThat(cells.token(cells.cellId(lat, lon, level)))
            .as("%s %s in %s", lat, lon, name)
            .isEqualTo(digits(tree.bounds(), lat, lon, level));
      }
    }
    CellSystem earth = CellSystem.of("quadtree");
    assertThat(earth.token(earth.cellId(0, 0, 2))).isEqualTo("30");
    assertThat(earth.token(earth.cellId(90, 180, 3))).isEqualTo("333");
    assertThat(earth.token(earth.cellId(-90, -180, 3))).isEqualTo("000");
    assertThat(earth.token(earth.cellId(1, 1, 0))).isEqualTo("root");
    for (String name : List.of("quadtree:0.0005,0,10,10", "grid:3x5", "grid", "quadtree")) {
      CellSystem cells = CellSystem.of(name);
      assertThat(CellSystem.of(cells.name())).isEqualTo(cells);
    }
    CellSystem part = CellSystem.of("quadtree:0,0,10,10");
    assertThat(part.token(part.cellId(-80, 50, 2))).isEqualTo("11");
  }

  private static String digits(Bounds bounds, double lat, double lon, int level) {
    StringBuilder digits = new StringBuilder();
    double south = bounds.ymin();
    double north = bounds.ymax();
    double west = bounds.xmin();
    double east = bounds.xmax();
    for (int i = 0; i < level; i++) {
      double middle = 0.5 * (south + north);
      double across = 0.5 * (west + east);
      digits.append((lat >= middle ? 2 : 0) + (lon >= across ? 1 : 0));
      south = lat >= middle ? middle : south;
      north = lat >= middle ? north : middle;
      west = lon >= across ? across : west;
      east = lon >= across ? east : across;
    }
    return digits.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s2", "h3", "quadtree", "quadtree:-55,-176.5,78.25,179", "grid:7x13"})
  void descendantsLieBetweenTheirFirstAndLast(String name) {
    CellSystem cells = CellSystem.of(name);
    int finest = Math.min(cells.maxLevel(), 12);
    Random random = new Random(SEED);
    for (GeoPoint at : points(random, 2_000)) {
      long fine = cells.cellId(at.latitude(), at.longitude(), finest);
      long elsewhere =
          cells.cellId(random.nextDouble(-90, 90), random.nextDouble(-180, 180), finest);
      for (int level = 0; level <= finest; level++) {
        long id = cells.parent(fine, level);
        long first = cells.firstDescendant(id, finest);
        long last = cells.lastDescendant(id, finest);
        assertThat(fine).isBetween(first, last);
        assertThat(elsewhere >= first && elsewhere <= last)
            .as("%s among those of %s", cells.token(elsewhere), cells.token(id))
            .isEqualTo(cells.parent(elsewhere, level) == id);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"s2", "h3", "quadtree", "grid:7x13"})
  void isTheSameInAnotherJvm(String name) throws IOException, ClassNotFoundException {
    CellSystem cells = CellSystem.of(name);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(cells);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(cells);
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
  @ValueSource(strings = {"s2", "h3", "quadtree"})
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
  @CsvSource({
    "s2,0,6",
    "s2,1,24",
    "s2,2,96",
    "s2,3,384",
    "h3,0,122",
    "h3,1,842",
    "quadtree,0,1",
    "quadtree,3,64",
    "grid,1,9801"
  })
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
    for (String name : List.of("grid:0x5", "quadtree:10,0,0,10", "quadtree:0,0,10,200")) {
      assertThatIllegalArgumentException().isThrownBy(() -> CellSystem.of(name));
    }
    for (String name : List.of("s2", "h3", "quadtree", "grid")) {
      CellSystem cells = CellSystem.of(name);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cells.cellId(0, 0, cells.maxLevel() + 1))
          .withMessageContaining("no level");
      assertThatIllegalArgumentException().isThrownBy(() -> cells.cellId(Double.NaN, 0, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> cells.cellId(0, 180.1, 0));
      long coarse = cells.cellId(1, 1, 0);
      assertThatIllegalArgumentException().isThrownBy(() -> cells.parent(coarse, 1));
      long fine = cells.cellId(1, 1, 1);
      assertThatIllegalArgumentException().isThrownBy(() -> cells.firstDescendant(fine, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> cells.token(-1));
    }
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

  /** Poles, antimeridian, 0/0, corners and edges of S2's cube, and their neighbours first. */
  private static List<GeoPoint> points(Random random, int count) {
    List<GeoPoint> points = new ArrayList<>(List.of(new GeoPoint(90, 0), new GeoPoint(-90, 180)));
    double corner = Math.toDegrees(Math.atan(Math.sqrt(0.5)));
    for (double lat : new double[] {-90, -corner, -45, 0, corner, 45, 90}) {
      for (double lon = -180; lon <= 180; lon += 45) {
        for (double beside : new double[] {Math.nextDown(lat), lat, Math.nextUp(lat)}) {
          for (double along : new double[] {Math.nextDown(lon), lon, Math.nextUp(lon)}) {
            if (GeoPoint.isValid(beside, along)) {
              points.add(new GeoPoint(beside, along));
            }
          }
        }
      }
    }
    while (points.size() < count) {
      points.add(
          new GeoPoint(
              Math.toDegrees(Math.asin(random.nextDouble(-1, 1))), random.nextDouble(-180, 180)));
    }
    return points.subList(0, count);
  }
}
