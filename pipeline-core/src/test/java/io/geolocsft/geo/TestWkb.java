package io.geolocsft.geo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKBReader;

class TestWkb {

  @Test
  void jtsReadsThePointWithLongitudeFirst() throws ParseException {
    Geometry point = new WKBReader().read(Wkb.point(new GeoPoint(-12.5, 130.25)));
    assertThat(point.getGeometryType()).isEqualTo("Point");
    assertThat(point.getCoordinate()).isEqualTo(new Coordinate(130.25, -12.5));
  }
}
