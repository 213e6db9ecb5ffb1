package io.geolocsft.config;

import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Range;
import java.io.Serializable;

/**
 * The radii around answers that hold the truth in 50 % and 90 % of cases.
 *
 * @param images of the catalogue, good but not selected, that the models answer for to find them; 0
 *     for none, and there are no radii
 */
public record CalibrateSettings(@Default("500") @Range(min = 0, max = 10_000) int images)
    implements Serializable {}
