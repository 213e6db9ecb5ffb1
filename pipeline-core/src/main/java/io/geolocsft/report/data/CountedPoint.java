package io.geolocsft.report.data;

import io.geolocsft.geo.GeoPoint;

/** So many images around a point. */
public record CountedPoint(GeoPoint point, long count) {}
