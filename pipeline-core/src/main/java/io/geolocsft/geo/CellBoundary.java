package io.geolocsft.geo;

import com.google.common.geometry.S2EdgeUtil;
import com.google.common.geometry.S2Point;
import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.geom.util.AffineTransformation;

/** A ring on the sphere as polygons on the plane of longitude and latitude. */
final class CellBoundary {

  private static final GeometryFactory GEOMETRIES = new GeometryFactory();
  private static final double MAX_EDGE_DEGREES = 5;
  private static final double POLE = 90 - 1e-9;

  private CellBoundary() {}

  /** WKB of the area inside the vertices, joined by great circles. */
  static byte[] wkb(List<S2Point> vertices) {
    List<Coordinate> ring = ring(densify(vertices));
    return Wkb.geometry(holdsPole(ring) ? aroundPole(ring) : split(ring));
  }

  private static List<S2Point> densify(List<S2Point> vertices) {
    List<S2Point> points = new ArrayList<>();
    for (int i = 0; i < vertices.size(); i++) {
      S2Point from = vertices.get(i);
      S2Point to = vertices.get((i + 1) % vertices.size());
      int pieces = (int) Math.ceil(Math.toDegrees(from.angle(to)) / MAX_EDGE_DEGREES);
      for (int piece = 0; piece < pieces; piece++) {
        points.add(S2EdgeUtil.interpolate((double) piece / pieces, from, to));
      }
    }
    return points;
  }

  /** A closed ring whose longitudes run on beyond 180 instead of jumping. */
  private static List<Coordinate> ring(List<S2Point> points) {
    List<GeoPoint> at = points.stream().map(SpherePoints::geoPoint).toList();
    int start = 0;
    while (isPole(at.get(start))) {
      start++;
    }
    List<Coordinate> ring = new ArrayList<>();
    double longitude = at.get(start).longitude();
    for (int i = 0; i <= at.size(); i++) {
      GeoPoint point = at.get((start + i) % at.size());
      if (isPole(point)) {
        // On the map the pole is a line: go to it here, leave it at the next point's longitude.
        ring.add(new Coordinate(longitude, point.latitude()));
        double next = at.get((start + i + 1) % at.size()).longitude();
        longitude += Math.IEEEremainder(next - longitude, 360);
        ring.add(new Coordinate(longitude, point.latitude()));
      } else {
        longitude += Math.IEEEremainder(point.longitude() - longitude, 360);
        ring.add(new Coordinate(longitude, point.latitude()));
      }
    }
    return ring;
  }

  private static boolean isPole(GeoPoint point) {
    return Math.abs(point.latitude()) > POLE;
  }

  private static boolean holdsPole(List<Coordinate> ring) {
    return Math.abs(ring.get(ring.size() - 1).x - ring.get(0).x) > 180;
  }

  /** A cell is convex: around a pole inside it, longitudes follow one another from -180 to 180. */
  private static Geometry aroundPole(List<Coordinate> ring) {
    List<Coordinate> line =
        new ArrayList<>(
            ring.subList(1, ring.size()).stream()
                .map(at -> new Coordinate(Math.IEEEremainder(at.x, 360), at.y))
                .sorted()
                .toList());
    Coordinate first = line.get(0);
    Coordinate last = line.get(line.size() - 1);
    double share = (180 - last.x) / (first.x + 360 - last.x);
    double latitude = last.y + share * (first.y - last.y);
    double pole = Math.copySign(90, latitude);
    line.add(0, new Coordinate(-180, latitude));
    line.add(new Coordinate(180, latitude));
    line.add(new Coordinate(180, pole));
    line.add(new Coordinate(-180, pole));
    line.add(line.get(0).copy());
    return GEOMETRIES.createPolygon(line.toArray(new Coordinate[0]));
  }

  /** Cuts a closed ring at the antimeridian. */
  private static Geometry split(List<Coordinate> ring) {
    // Equal but for rounding.
    ring.set(ring.size() - 1, ring.get(0).copy());
    Polygon polygon = GEOMETRIES.createPolygon(ring.toArray(new Coordinate[0]));
    List<Polygon> parts = new ArrayList<>();
    for (int turn = -1; turn <= 1; turn++) {
      Envelope world = new Envelope(360 * turn - 180, 360 * turn + 180, -90, 90);
      if (world.intersects(polygon.getEnvelopeInternal())) {
        Geometry part = polygon.intersection(GEOMETRIES.toGeometry(world));
        // A copy: the part may share its coordinates with the polygon.
        addPolygons(
            AffineTransformation.translationInstance(-360.0 * turn, 0).transform(part), parts);
      }
    }
    return parts.size() == 1
        ? parts.get(0)
        : GEOMETRIES.createMultiPolygon(parts.toArray(new Polygon[0]));
  }

  private static void addPolygons(Geometry part, List<Polygon> parts) {
    for (int i = 0; i < part.getNumGeometries(); i++) {
      // A ring that only touches the antimeridian leaves a line or a point there.
      if (part.getGeometryN(i) instanceof Polygon piece && !piece.isEmpty()) {
        parts.add(piece);
      }
    }
  }
}
