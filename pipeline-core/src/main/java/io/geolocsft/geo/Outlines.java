package io.geolocsft.geo;

import com.google.common.geometry.S2EdgeUtil;
import com.google.common.geometry.S2Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.locationtech.jts.algorithm.RectangleLineIntersector;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.index.strtree.STRtree;

/**
 * The countries' outlines, cut into short pieces, to find the one nearest to a point on the sphere.
 */
final class Outlines {

  private static final int PIECE = 16;
  private static final double KM_PER_DEGREE = Math.toRadians(SpherePoints.RADIUS_KM);

  private final STRtree tree = new STRtree();
  private final List<Piece> pieces = new ArrayList<>();

  Outlines(List<CountryShape> shapes) {
    for (int i = 0; i < shapes.size(); i++) {
      for (Polygon polygon : shapes.get(i).polygons()) {
        add(i, shapes.get(i).country(), polygon);
      }
    }
    tree.build();
  }

  private void add(int order, Country country, Polygon polygon) {
    add(order, country, polygon.getExteriorRing());
    for (int i = 0; i < polygon.getNumInteriorRing(); i++) {
      add(order, country, polygon.getInteriorRingN(i));
    }
  }

  private void add(int order, Country country, LinearRing ring) {
    Coordinate[] points = ring.getCoordinates();
    for (int from = 0; from < points.length - 1; from += PIECE) {
      int to = Math.min(from + PIECE + 1, points.length);
      Piece piece = Piece.of(order, country, Arrays.asList(points).subList(from, to));
      tree.insert(piece.bounds, piece);
      pieces.add(piece);
    }
  }

  /** The country whose outline is nearest to a point in degrees, if it is within that many km. */
  @SuppressWarnings("unchecked") // STRtree is older than generics.
  Optional<Country> nearest(double lat, double lon, double withinKm) {
    S2Point at = SpherePoints.of(lat, lon);
    double limit = withinKm / SpherePoints.RADIUS_KM;
    Piece best = null;
    double bestDistance = Double.POSITIVE_INFINITY;
    for (int turn = -1; turn <= 1; turn++) {
      for (Piece piece :
          (List<Piece>) tree.query(window(lat, lon + 360 * turn, withinKm / KM_PER_DEGREE))) {
        double distance = piece.distance(at);
        if (distance < bestDistance || (distance == bestDistance && piece.order < best.order)) {
          best = piece;
          bestDistance = distance;
        }
      }
    }
    return bestDistance <= limit ? Optional.of(best.country) : Optional.empty();
  }

  /** Km from a point in degrees to the nearest outline of some countries. */
  double kilometers(Predicate<Country> countries, double lat, double lon) {
    S2Point at = SpherePoints.of(lat, lon);
    return pieces.stream()
            .filter(piece -> countries.test(piece.country))
            .mapToDouble(piece -> piece.distance(at))
            .min()
            .orElse(Double.POSITIVE_INFINITY)
        * SpherePoints.RADIUS_KM;
  }

  /** Whether an outline passes through a rectangle of the map, as straight lines on it. */
  @SuppressWarnings("unchecked") // STRtree is older than generics.
  boolean cross(Envelope rectangle) {
    RectangleLineIntersector intersector = new RectangleLineIntersector(rectangle);
    return ((List<Piece>) tree.query(rectangle))
        .stream().anyMatch(piece -> piece.crosses(intersector));
  }

  /** Whether an outline may lie within that many km of some point of a rectangle. */
  boolean isNear(Envelope rectangle, double km) {
    double degrees = km / KM_PER_DEGREE;
    // The edge nearer to the pole, where a degree of longitude is shortest.
    double lat =
        Math.abs(rectangle.getMinY()) > Math.abs(rectangle.getMaxY())
            ? rectangle.getMinY()
            : rectangle.getMaxY();
    Envelope around = window(lat, rectangle.centre().x, degrees);
    around.expandBy(rectangle.getWidth(), rectangle.getHeight());
    for (int turn = -1; turn <= 1; turn++) {
      if (!tree.query(turned(around, turn)).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** The same part of Earth so many times around it, where outlines may run on to. */
  static Envelope turned(Envelope rectangle, int turn) {
    Envelope turned = new Envelope(rectangle);
    turned.translate(360 * turn, 0);
    return turned;
  }

  /** All within so many degrees of arc, and some more. */
  private static Envelope window(double lat, double lon, double degrees) {
    double reach = Math.min(90, Math.abs(lat) + degrees);
    // Meridians close up towards the pole; a window that holds it takes every longitude.
    double wide = reach >= 89.9 ? 360 : degrees / Math.cos(Math.toRadians(reach));
    return new Envelope(lon - wide, lon + wide, lat - degrees, lat + degrees);
  }

  private record Piece(
      int order, Country country, Envelope bounds, Coordinate[] points, S2Point[] line) {

    static Piece of(int order, Country country, List<Coordinate> points) {
      Envelope bounds = new Envelope();
      points.forEach(bounds::expandToInclude);
      // S2 takes longitudes beyond 180 as they are: sine and cosine come around by themselves.
      S2Point[] line =
          points.stream().map(at -> SpherePoints.of(at.y, at.x)).toArray(S2Point[]::new);
      return new Piece(order, country, bounds, points.toArray(Coordinate[]::new), line);
    }

    boolean crosses(RectangleLineIntersector rectangle) {
      for (int i = 1; i < points.length; i++) {
        if (rectangle.intersects(points[i - 1], points[i])) {
          return true;
        }
      }
      return false;
    }

    /** Radians to the nearest edge. */
    double distance(S2Point at) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int i = 1; i < line.length; i++) {
        nearest = Math.min(nearest, S2EdgeUtil.getDistance(at, line[i - 1], line[i]).radians());
      }
      return nearest;
    }
  }
}
