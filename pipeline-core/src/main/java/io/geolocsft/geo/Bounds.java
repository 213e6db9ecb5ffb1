package io.geolocsft.geo;

/** The smallest rectangle of longitudes (x) and latitudes (y), in degrees, around a geometry. */
public record Bounds(double xmin, double ymin, double xmax, double ymax) {}
