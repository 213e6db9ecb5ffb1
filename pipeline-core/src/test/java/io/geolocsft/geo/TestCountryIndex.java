package io.geolocsft.geo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.common.geometry.S2EdgeUtil;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Polygon;

class TestCountryIndex {

  private static final long SEED = 3;

  @TempDir Path folder;

  @Test
  void naturalEarthIsWhole() throws IOException {
    List<CountryShape> shapes = naturalEarth();
    assertThat(shapes).hasSize(241);
    assertThat(shapes).allMatch(shape -> shape.country().code().length() == 2);
    assertThat(shapes.stream().map(shape -> shape.country().continent()).distinct())
        .containsExactlyInAnyOrder(
            "Africa", "Antarctica", "Asia", "Europe", "North America", "Oceania", "South America");
    // The whole land of Earth is 149 million km^2; on the plane, weighed with the cosine of
    // latitude.
    assertThat(shapes.stream().mapToInt(shape -> shape.polygons().size()).sum()).isEqualTo(1619);
  }

  @ParameterizedTest
  @CsvSource({
    "48.8566, 2.3522, FR, Europe",
    "52.52, 13.405, DE, Europe",
    "40.7, -74.0, US, North America",
    "35.68, 139.76, JP, Asia",
    "-33.87, 151.2, AU, Oceania",
    "-1.29, 36.82, KE, Africa",
    "-34.6, -58.4, AR, South America",
    "42.66, 21.16, XK, Europe",
    "-29.6, 28.2, LS, Africa",
    // Both sides of the antimeridian, and on it.
    "66.5, 179.5, RU, Europe",
    "66.5, -179.5, RU, Europe",
    "66.5, 180, RU, Europe",
    "66.5, -180, RU, Europe",
    "-16.8, 179.9, FJ, Oceania",
    // The pole from every side.
    "-90, 0, AQ, Antarctica",
    "-90, 180, AQ, Antarctica",
    "-89.99, -180, AQ, Antarctica",
    // Off the coast of Portugal, of Tuvalu across the antimeridian.
    "38.7, -9.65, PT, Europe"
  })
  void knownAnswers(double lat, double lon, String code, String continent) {
    Country country = CountryIndex.naturalEarth().locate(lat, lon).orElseThrow();
    assertThat(country.code()).isEqualTo(code);
    assertThat(country.continent()).isEqualTo(continent);
  }

  @ParameterizedTest
  @CsvSource({
    "48.8566, 2.3522, FR-75, Paris",
    "52.52, 13.405, DE-BE, Berlin",
    "40.7128, -74.006, US-NY, New York", // a river from New Jersey
    "-33.87, 151.2, AU-NSW, New South Wales",
    "35.68, 139.76, JP-13, Tokyo",
    "-23.55, -46.63, BR-SP, São Paulo",
    // Both sides of the antimeridian, and where there are no provinces.
    "66.5, 179.5, RU-CHU, Chukchi Autonomous Okrug",
    "66.5, -179.5, RU-CHU, Chukchi Autonomous Okrug",
    "-89.9, 10, ATA, Antarctica"
  })
  void provinces(double lat, double lon, String code, String name) {
    Country province = CountryIndex.naturalEarthProvinces().locate(lat, lon).orElseThrow();
    assertThat(province.code()).isEqualTo(code);
    assertThat(province.name()).isEqualTo(name);
  }

  /** All but some islands and coasts, which the two maps draw differently. */
  @Test
  void provincesCoverTheCountries() {
    SplittableRandom random = new SplittableRandom(SEED);
    int land = 0;
    int without = 0;
    for (int i = 0; i < 50_000; i++) {
      double lat = Math.toDegrees(Math.asin(random.nextDouble(-1, 1)));
      double lon = random.nextDouble(-180, 180);
      if (CountryIndex.naturalEarth().isLand(lat, lon)) {
        land++;
        without += CountryIndex.naturalEarthProvinces().isLand(lat, lon) ? 0 : 1;
      }
    }
    assertThat((double) without / land).as("seed %d", SEED).isLessThan(0.005);
  }

  @ParameterizedTest
  @CsvSource({
    "48.8566, 2.3522, FR, 0, 0",
    "48.8566, 2.3522, france, 0, 0",
    "49.61, 6.13, FR, 10, 25", // Luxembourg
    "48.8566, 2.3522, AU, 11300, 11400",
    "-16.8, -179.99, FJ, 0, 5" // across the antimeridian
  })
  void distancesToACountry(double lat, double lon, String country, double least, double most) {
    assertThat(CountryIndex.naturalEarth().kilometersTo(country, lat, lon).orElseThrow())
        .isBetween(least, most);
  }

  @Test
  void aCountryThatIsNoneHasNoDistance() {
    assertThat(CountryIndex.naturalEarth().kilometersTo("Atlantis", 0, 0)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0,0", "90,0", "89,-180", "30,-45", "-40,180", "-40,-180", "0,-150"})
  void noCountryOnTheHighSeas(double lat, double lon) {
    assertThat(CountryIndex.naturalEarth().locate(lat, lon)).isEmpty();
  }

  /**
   * What a rectangle of the map answers for is what the polygons say, at borders and coasts too.
   */
  @Test
  void theGridAnswersAsThePolygonsDo() throws IOException {
    CountryIndex index = CountryIndex.naturalEarth();
    Random random = new Random(SEED);
    List<CountryShape> shapes = naturalEarth();
    int abroad = 0;
    for (int i = 0; i < 40_000; i++) {
      double lat = Math.toDegrees(Math.asin(random.nextDouble(-1, 1)));
      double lon = random.nextDouble(-180, 180);
      if (i % 2 == 0) {
        // Near an outline.
        CountryShape shape = shapes.get(random.nextInt(shapes.size()));
        Polygon polygon = shape.polygons().get(random.nextInt(shape.polygons().size()));
        Coordinate[] outline = polygon.getCoordinates();
        Coordinate at = outline[random.nextInt(outline.length)];
        double off = i % 4 == 0 ? 0.3 : 0.01;
        lat = Math.max(-90, Math.min(90, at.y + off * random.nextGaussian()));
        lon = Math.IEEEremainder(at.x + off * random.nextGaussian(), 360);
      }
      Optional<Country> found = index.locate(lat, lon);
      assertThat(found)
          .as("%s, %s, case %d of seed %d", lat, lon, i, SEED)
          .isEqualTo(index.locate(lat, lon, CountryIndex.DEFAULT_TOLERANCE_KM));
      abroad += found.isPresent() ? 1 : 0;
    }
    assertThat(abroad).isBetween(15_000, 30_000);
  }

  @Test
  void theGridAnswersOnItsEdges() {
    CountryIndex index = CountryIndex.naturalEarth();
    for (int row = 0; row <= 512; row += 16) {
      for (int column = 0; column <= 1024; column += 8) {
        double lat = row * 180.0 / 512 - 90;
        double lon = column * 360.0 / 1024 - 180;
        assertThat(index.locate(lat, lon))
            .isEqualTo(index.locate(lat, lon, CountryIndex.DEFAULT_TOLERANCE_KM));
      }
    }
  }

  @Test
  void toleranceEndsWhereItSays() {
    CountryIndex index = CountryIndex.naturalEarth();
    // Cabo da Roca lies at 9.5 degrees west: this is 26 km off.
    assertThat(index.locate(38.78, -9.80)).isEmpty();
    assertThat(index.locate(38.78, -9.80, 60)).isPresent();
    assertThat(index.locate(38.78, -9.65, 0)).isEmpty();
  }

  @Test
  void nearestOutlineIsTheOneThatAllEdgesGive() throws IOException {
    List<CountryShape> shapes = naturalEarth();
    Outlines outlines = new Outlines(shapes);
    Random random = new Random(SEED);
    int found = 0;
    for (int i = 0; i < 60; i++) {
      CountryShape shape = shapes.get(random.nextInt(shapes.size()));
      Coordinate[] coast = shape.polygons().get(0).getCoordinates();
      Coordinate near = coast[random.nextInt(coast.length)];
      double lat = Math.max(-90, Math.min(90, near.y + random.nextGaussian() * 0.3));
      double lon = Math.IEEEremainder(near.x + random.nextGaussian() * 0.3, 360);
      double expected = shapes.stream().mapToDouble(s -> distance(s, lat, lon)).min().orElseThrow();
      var nearest = outlines.nearest(lat, lon, 25);
      assertThat(nearest.isPresent())
          .as("seed %d, %s,%s at %s km", SEED, lat, lon, expected)
          .isEqualTo(expected <= 25);
      if (nearest.isPresent()) {
        found++;
        assertThat(
                shapes.stream()
                    .filter(s -> s.country().equals(nearest.get()))
                    .mapToDouble(s -> distance(s, lat, lon))
                    .min())
            .hasValue(expected);
      }
    }
    assertThat(found).isGreaterThan(20);
  }

  @Test
  void readsAUsersFileThatRunsAcrossTheAntimeridian() throws IOException {
    CountryIndex index =
        CountryIndex.fromGeoJson(
            file(FEATURES.formatted("[[170,0],[190,0],[190,10],[170,10],[170,0]]")));
    for (double lon : new double[] {171, 179, 180, -180, -179, -171, 169.9}) {
      assertThat(index.locate(5, lon)).contains(new Country("QQ", "Q", ""));
    }
    assertThat(index.locate(5, -169)).isEmpty();
    assertThat(index.locate(5, 0)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | not JSON",
        "{} | not a GeoJSON FeatureCollection",
        "{'type':'FeatureCollection','features':[]} | not a GeoJSON FeatureCollection",
        "{'type':'FeatureCollection','features':[{}]} | feature 1: A country needs a code",
        "{'type':'FeatureCollection','features':[{'properties':{'code':'A'},'geometry':{'type':'Point'}}]}"
            + " | feature 1: geometry is 'Point', must be Polygon or MultiPolygon"
      })
  void namesWhatIsWrong(String text, String message) throws IOException {
    Path file = file(text.replace('\'', '"'));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CountryIndex.fromGeoJson(file))
        .withMessageContaining(message)
        .withMessageContaining("countries.geojson");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[[0,0],[1,0],[1,1]] | closed",
        "[[0,0],[1,0],[1,99],[0,0]] | not a longitude and latitude: [1.0, 99.0]",
        "[[0,0],[1,0],[1,'x'],[0,0]] | not a longitude and latitude"
      })
  void namesTheBadRing(String ring, String message) throws IOException {
    Path file = file(FEATURES.formatted(ring.replace('\'', '"')));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CountryIndex.fromGeoJson(file))
        .withMessageContaining("feature 1")
        .withMessageContaining(message);
  }

  private static final String FEATURES =
      """
      {"type": "FeatureCollection", "features": [{"type": "Feature",
       "properties": {"code": "QQ", "name": "Q"},
       "geometry": {"type": "Polygon", "coordinates": [%s]}}]}
      """;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("countries.geojson"), text, UTF_8);
  }

  private static List<CountryShape> naturalEarth() throws IOException {
    try (InputStream raw = CountryIndex.class.getResourceAsStream("countries.geojson.gz");
        InputStream in = new GZIPInputStream(raw)) {
      return CountryGeoJson.read(in, "countries");
    }
  }

  /** Kilometres to the nearest edge of a country, holes included. */
  private static double distance(CountryShape shape, double lat, double lon) {
    double nearest = Double.POSITIVE_INFINITY;
    for (Polygon polygon : shape.polygons()) {
      for (int ring = -1; ring < polygon.getNumInteriorRing(); ring++) {
        Coordinate[] line =
            (ring < 0 ? polygon.getExteriorRing() : polygon.getInteriorRingN(ring))
                .getCoordinates();
        for (int i = 1; i < line.length; i++) {
          nearest =
              Math.min(
                  nearest,
                  S2EdgeUtil.getDistance(
                          SpherePoints.of(lat, lon),
                          SpherePoints.of(line[i - 1].y, line[i - 1].x),
                          SpherePoints.of(line[i].y, line[i].x))
                      .radians());
        }
      }
    }
    return nearest * SpherePoints.RADIUS_KM;
  }
}
