package io.geolocsft.config;

import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.OneOf;
import io.geolocsft.config.binding.Range;
import java.io.Serializable;

/**
 * A benchmark out of the catalogue, of places where few people live. Those of {@code select.rules}
 * that look at one image, at copies and at near duplicates apply to its images, too.
 *
 * @param count how many images, exactly
 * @param maxDensity people per square km around an image, fewer than this
 * @param strategy how cells ({@code bin.level}) share the count, as that of {@code select}
 * @param minDistanceKm no two images lie closer than this; 0 for no limit
 */
public record HoldoutSettings(
    @Default("40000") @Range(min = 1) int count,
    @Default("10") @Range(above = 0) double maxDensity,
    @Default("uniform") @OneOf({"geo_aware", "square_root", "uniform", "population"})
        String strategy,
    @Default("1") @Range(min = 0, max = 10_000) double minDistanceKm)
    implements Serializable {}
