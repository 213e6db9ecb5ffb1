package io.geolocsft.geo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.geom.prep.PreparedGeometry;
import org.locationtech.jts.geom.prep.PreparedGeometryFactory;
import org.locationtech.jts.index.strtree.STRtree;

/**
 * Which country a point lies in. Polygons live on the plane of longitude and latitude; those that
 * reach beyond the antimeridian may either be cut there or run on to longitudes beyond 180. May be
 * shared by threads.
 */
public final class CountryIndex {

  /**
   * How far off its outlines a country still claims a point, in km: maps cut coasts and islands
   * short.
   */
  public static final double DEFAULT_TOLERANCE_KM = 25;

  private static final GeometryFactory GEOMETRIES = new GeometryFactory();

  /** The answer of {@link AnswerGrid} where no country is near; that of country i is i + 2. */
  private static final int NOWHERE = 1;

  private static final int MOST = 32_000;

  private final STRtree areas = new STRtree();
  private final Outlines outlines;
  private final List<Country> countries;
  private final AnswerGrid grid = new AnswerGrid(this::common);

  private CountryIndex(List<CountryShape> shapes) {
    if (shapes.size() > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d areas; at most %d can be told apart", shapes.size(), MOST));
    }
    for (int i = 0; i < shapes.size(); i++) {
      add(i, shapes.get(i));
    }
    areas.build();
    outlines = new Outlines(shapes);
    countries = shapes.stream().map(CountryShape::country).toList();
  }

  private void add(int order, CountryShape shape) {
    for (Polygon polygon : shape.polygons()) {
      Area area = new Area(order, shape.country(), PreparedGeometryFactory.prepare(polygon));
      areas.insert(polygon.getEnvelopeInternal(), area);
    }
  }

  /** The 241 countries and territories of Natural Earth at 1:50 million (public domain). */
  public static CountryIndex naturalEarth() {
    return NaturalEarth.INDEX;
  }

  /**
   * The 4,596 first-level divisions of countries (states, provinces) of Natural Earth at 1:10
   * million, their borders moved by 0.01 degrees at most (public domain). The code is that of ISO
   * 3166-2 or, where there is none, Natural Earth's own.
   */
  public static CountryIndex naturalEarthProvinces() {
    return Provinces.INDEX;
  }

  /**
   * Countries from a GeoJSON file, gzipped if its name ends in {@code .gz}: a FeatureCollection of
   * polygons with the properties {@code code}, {@code name} and {@code continent}, or Natural
   * Earth's own {@code ISO_A2_EH} (of its provinces {@code iso_3166_2}), {@code NAME}, {@code
   * CONTINENT}.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if its content is not that; the message names the feature
   */
  public static CountryIndex fromGeoJson(Path file) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return fromGeoJson(in, file.toString());
    }
  }

  /**
   * Countries from GeoJSON that is not gzipped.
   *
   * @param source names it in messages
   */
  public static CountryIndex fromGeoJson(InputStream in, String source) throws IOException {
    return new CountryIndex(CountryGeoJson.read(in, source));
  }

  /**
   * Countries from the rows of a table.
   *
   * @param source names it in messages
   * @throws IllegalArgumentException if there are none, or one is no area; the message names the
   *     row
   */
  public static CountryIndex fromWkb(List<WkbArea> areas, String source) {
    if (areas.isEmpty()) {
      throw new IllegalArgumentException(source + ": no areas");
    }
    List<CountryShape> shapes = new ArrayList<>();
    for (WkbArea area : areas) {
      shapes.add(area.shape(String.format(Locale.ROOT, "%s: row %d", source, shapes.size() + 1)));
    }
    return new CountryIndex(shapes);
  }

  /** The country at a point in degrees or, at sea, the nearest within 25 km. */
  public Optional<Country> locate(double lat, double lon) {
    GeoPoint.check(lat, lon);
    int answer = grid.at(lat, lon);
    if (answer == AnswerGrid.MIXED) {
      return locate(lat, lon, DEFAULT_TOLERANCE_KM);
    }
    return answer == NOWHERE ? Optional.empty() : Optional.of(countries.get(answer - 2));
  }

  /** What all points of a rectangle have in common, if that is sure. */
  private int common(Envelope rectangle) {
    for (int turn = -1; turn <= 1; turn++) {
      if (outlines.cross(Outlines.turned(rectangle, turn))) {
        return AnswerGrid.MIXED;
      }
    }
    // No border within: one point answers for all.
    Coordinate center = rectangle.centre();
    Area inside = inside(center.y, center.x);
    if (inside != null) {
      return inside.order + 2;
    }
    return outlines.isNear(rectangle, DEFAULT_TOLERANCE_KM) ? AnswerGrid.MIXED : NOWHERE;
  }

  /**
   * The country at a point in degrees or, where there is none, the nearest within the tolerance.
   */
  public Optional<Country> locate(double lat, double lon, double toleranceKm) {
    GeoPoint.check(lat, lon);
    Area inside = inside(lat, lon);
    return inside != null ? Optional.of(inside.country) : outlines.nearest(lat, lon, toleranceKm);
  }

  /** Whether there is a country of that code or English name. */
  public boolean isKnown(String country) {
    return countries.stream().anyMatch(one -> one.isCalled(country));
  }

  /** Whether {@link #locate(double, double)} finds that country, by its code or English name. */
  public boolean holds(String country, double lat, double lon) {
    return locate(lat, lon).filter(found -> found.isCalled(country)).isPresent();
  }

  /**
   * How far a point in degrees is from a country, in km.
   *
   * @param country its code or its English name
   * @return 0 inside; empty if there is no such country
   */
  public OptionalDouble kilometersTo(String country, double lat, double lon) {
    GeoPoint.check(lat, lon);
    if (!isKnown(country)) {
      return OptionalDouble.empty();
    }
    Predicate<Country> wanted = one -> one.isCalled(country);
    Area inside = inside(lat, lon);
    return inside != null && wanted.test(inside.country)
        ? OptionalDouble.of(0)
        : OptionalDouble.of(outlines.kilometers(wanted, lat, lon));
  }

  /** Whether a country holds a point in degrees, without any tolerance. */
  boolean isLand(double lat, double lon) {
    return inside(lat, lon) != null;
  }

  private Area inside(double lat, double lon) {
    Area inside = null;
    for (int turn = -1; turn <= 1; turn++) {
      inside = first(inside, at(lat, lon + 360 * turn));
    }
    return inside;
  }

  @SuppressWarnings("unchecked") // STRtree is older than generics.
  private Area at(double lat, double lon) {
    Coordinate at = new Coordinate(lon, lat);
    List<Area> candidates = areas.query(new Envelope(at));
    Area found = null;
    if (!candidates.isEmpty()) {
      Point point = GEOMETRIES.createPoint(at);
      for (Area area : candidates) {
        if (area.polygon.covers(point)) {
          found = first(found, area);
        }
      }
    }
    return found;
  }

  /**
   * On a common border the first in the file's order, so that the answer never depends on the tree.
   */
  private static Area first(Area a, Area b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.order <= b.order ? a : b;
  }

  private record Area(int order, Country country, PreparedGeometry polygon) {}

  private static CountryIndex builtIn(String name) {
    try (InputStream raw = CountryIndex.class.getResourceAsStream(name);
        InputStream in = new GZIPInputStream(raw)) {
      return new CountryIndex(CountryGeoJson.read(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Read at first use. */
  private static final class NaturalEarth {
    static final CountryIndex INDEX = builtIn("countries.geojson.gz");
  }

  /** Read at first use. */
  private static final class Provinces {
    static final CountryIndex INDEX = builtIn("admin1.geojson.gz");
  }
}
