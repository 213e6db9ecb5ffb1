package io.geolocsft.geo;

import java.util.List;
import org.locationtech.jts.geom.Polygon;

/** A country and its area. */
record CountryShape(Country country, List<Polygon> polygons) {}
