package io.geolocsft.select;

import io.geolocsft.geo.GeoPoint;
import java.time.Instant;

/**
 * What the quality rules look at.
 *
 * @param width px
 * @param height px
 * @param blur variance of the Laplacian
 * @param brightness mean grey value, 0 to 255
 * @param contrast standard deviation of the grey values
 * @param entropy bits of the grey histogram
 * @param point where it was taken
 * @param onLand whether a country holds the point or lies close by
 * @param capturedAt when it was taken, null if not known
 * @param statedCountry where it was taken by its table, null if that does not say
 * @param exifKm how far EXIF's position is from its table's, null if there are not both
 */
public record ImageFacts(
    int width,
    int height,
    double blur,
    double brightness,
    double contrast,
    double entropy,
    GeoPoint point,
    boolean onLand,
    Instant capturedAt,
    String statedCountry,
    Double exifKm) {}
