package io.geolocsft.report.draw;

import io.geolocsft.geo.CountryIndex;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.locationtech.jts.densify.Densifier;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryCollection;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.geojson.GeoJsonReader;
import org.locationtech.jts.simplify.VWSimplifier;

/** The land of Natural Earth, simplified to what a map of a page's width can show. */
public final class LandOutline {

  // At 960 pixels a pixel is 0.375 degrees wide at the equator.
  private static final double TOLERANCE_DEGREES = 0.3;
  private static final double SMALLEST_SQUARE_DEGREES = 0.12;
  // Along a parallel, such as Antarctica's southern end, the projected line is straight: a straight
  // line between few points along a meridian is not.
  private static final double LONGEST_EDGE_DEGREES = 4;

  private LandOutline() {}

  /** The path of an SVG {@code d} attribute. */
  public static String path(EqualEarth projection) {
    StringBuilder path = new StringBuilder();
    Geometry countries = countries();
    for (int i = 0; i < countries.getNumGeometries(); i++) {
      Geometry country = countries.getGeometryN(i);
      for (int j = 0; j < country.getNumGeometries(); j++) {
        if (country.getGeometryN(j) instanceof Polygon polygon
            && polygon.getArea() >= SMALLEST_SQUARE_DEGREES) {
          append(path, polygon, projection);
        }
      }
    }
    return path.toString();
  }

  private static void append(StringBuilder path, Polygon polygon, EqualEarth projection) {
    Geometry ring = VWSimplifier.simplify(polygon.getExteriorRing(), TOLERANCE_DEGREES);
    Coordinate[] corners = Densifier.densify(ring, LONGEST_EDGE_DEGREES).getCoordinates();
    if (corners.length < 4) {
      return;
    }
    String last = "";
    for (int i = 0; i < corners.length - 1; i++) {
      String pixel =
          DisplayNumbers.px(projection.x(corners[i].y, corners[i].x))
              + " "
              + DisplayNumbers.px(projection.y(corners[i].y));
      if (!pixel.equals(last)) {
        path.append(i == 0 ? "M" : "L").append(pixel);
      }
      last = pixel;
    }
    path.append('Z');
  }

  private static GeometryCollection countries() {
    try (InputStream raw = CountryIndex.class.getResourceAsStream("countries.geojson.gz");
        InputStream in = new GZIPInputStream(raw)) {
      return (GeometryCollection)
          new GeoJsonReader().read(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("The countries of this project's own jar", e);
    } catch (ParseException e) {
      throw new IllegalStateException("The countries of this project's own jar", e);
    }
  }
}
