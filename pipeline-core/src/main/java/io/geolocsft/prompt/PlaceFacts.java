package io.geolocsft.prompt;

import io.geolocsft.geo.GeoPoint;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the catalogue knows of the place where an image was taken.
 *
 * @param point where
 * @param country the country, if known
 * @param region the part of the world around it, if known
 * @param populationDensity people per square kilometre, if known
 */
public record PlaceFacts(
    GeoPoint point,
    Optional<String> country,
    Optional<String> region,
    OptionalDouble populationDensity) {}
