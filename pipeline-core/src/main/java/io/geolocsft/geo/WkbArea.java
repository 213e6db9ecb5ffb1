package io.geolocsft.geo;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.MultiPolygon;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKBReader;

/**
 * A country, or a part of one, as a row of a table has it.
 *
 * @param code of the area; not empty
 * @param name English name
 * @param continent empty if not known
 * @param wkb a polygon or multipolygon of longitudes and latitudes
 */
public record WkbArea(String code, String name, String continent, byte[] wkb)
    implements Serializable {

  @Serial private static final long serialVersionUID = 1L;

  CountryShape shape(String where) {
    try {
      Geometry geometry = new WKBReader().read(wkb);
      if (!(geometry instanceof Polygon) && !(geometry instanceof MultiPolygon)) {
        throw new IllegalArgumentException(
            "geometry is '%s', must be Polygon or MultiPolygon"
                .formatted(geometry.getGeometryType()));
      }
      for (Coordinate at : geometry.getCoordinates()) {
        CountryGeoJson.check(at);
      }
      List<Polygon> polygons = new ArrayList<>();
      for (int i = 0; i < geometry.getNumGeometries(); i++) {
        polygons.add((Polygon) geometry.getGeometryN(i));
      }
      return new CountryShape(new Country(code, name, continent), polygons);
    } catch (ParseException | RuntimeException e) {
      // The reader throws what wrong bytes make of it.
      throw new IllegalArgumentException("%s: %s".formatted(where, e.getMessage()), e);
    }
  }
}
