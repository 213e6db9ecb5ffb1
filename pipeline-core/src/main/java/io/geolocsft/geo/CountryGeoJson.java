package io.geolocsft.geo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;

/** Countries out of GeoJSON (RFC 7946). JTS's own reader drops the properties. */
final class CountryGeoJson {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final GeometryFactory GEOMETRIES = new GeometryFactory();

  private CountryGeoJson() {}

  static List<CountryShape> read(InputStream in, String source) throws IOException {
    JsonNode root = parse(in, source);
    if (!root.path("type").asText().equals("FeatureCollection")
        || root.path("features").isEmpty()) {
      throw new IllegalArgumentException(
          source + ": not a GeoJSON FeatureCollection with features");
    }
    List<CountryShape> shapes = new ArrayList<>();
    for (JsonNode feature : root.path("features")) {
      shapes.add(
          shape(feature, String.format(Locale.ROOT, "%s: feature %d", source, shapes.size() + 1)));
    }
    return shapes;
  }

  private static JsonNode parse(InputStream in, String source) throws IOException {
    try {
      return JSON.readTree(in);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s: not JSON: %s".formatted(source, e.getOriginalMessage()), e);
    }
  }

  private static CountryShape shape(JsonNode feature, String where) {
    try {
      JsonNode properties = feature.path("properties");
      String code = text(properties, "code", "ISO_A2_EH", "iso_3166_2");
      String name = text(properties, "name", "NAME");
      Country country = new Country(code, name, text(properties, "continent", "CONTINENT"));
      return new CountryShape(country, polygons(feature.path("geometry")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
    }
  }

  /** Of the first property that is there. */
  private static String text(JsonNode properties, String... names) {
    return Stream.of(names)
        .filter(properties::has)
        .findFirst()
        .map(name -> properties.path(name).asText(""))
        .orElse("");
  }

  private static List<Polygon> polygons(JsonNode geometry) {
    String type = geometry.path("type").asText();
    JsonNode coordinates = geometry.path("coordinates");
    List<Polygon> polygons = new ArrayList<>();
    switch (type) {
      case "Polygon" -> polygons.add(polygon(coordinates));
      case "MultiPolygon" -> coordinates.forEach(rings -> polygons.add(polygon(rings)));
      default ->
          throw new IllegalArgumentException(
              "geometry is '%s', must be Polygon or MultiPolygon".formatted(type));
    }
    return polygons;
  }

  private static Polygon polygon(JsonNode rings) {
    if (rings.isEmpty()) {
      throw new IllegalArgumentException("a polygon has no ring");
    }
    LinearRing[] holes = new LinearRing[rings.size() - 1];
    for (int i = 0; i < holes.length; i++) {
      holes[i] = ring(rings.get(i + 1));
    }
    return GEOMETRIES.createPolygon(ring(rings.get(0)), holes);
  }

  private static LinearRing ring(JsonNode points) {
    Coordinate[] coordinates = new Coordinate[points.size()];
    for (int i = 0; i < coordinates.length; i++) {
      coordinates[i] = coordinate(points.get(i));
    }
    // Throws IllegalArgumentException if it is open or too short.
    return GEOMETRIES.createLinearRing(coordinates);
  }

  private static Coordinate coordinate(JsonNode point) {
    double lon = point.path(0).asDouble(Double.NaN);
    double lat = point.path(1).asDouble(Double.NaN);
    Coordinate at = new Coordinate(lon, lat);
    check(at);
    return at;
  }

  /** Polygons may run on across the antimeridian, but not further than once around. */
  static void check(Coordinate at) {
    if (!(Math.abs(at.x) <= 540 && Math.abs(at.y) <= 90)) {
      throw new IllegalArgumentException(
          "not a longitude and latitude: [%s, %s]".formatted(at.x, at.y));
    }
  }
}
