package io.geolocsft.aggregate;

import io.geolocsft.geo.GeoPoint;

/**
 * What an image's candidates agree on.
 *
 * @param point the one answer
 * @param radiusKm the smallest distance from the point within which at least half of the
 *     candidates' weight lies, km on the mean sphere; 0 for a single candidate
 */
public record Aggregate(GeoPoint point, double radiusKm) {}
