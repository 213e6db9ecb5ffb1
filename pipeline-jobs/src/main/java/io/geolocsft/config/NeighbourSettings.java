package io.geolocsft.config;

import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Range;
import java.io.Serializable;

/**
 * The selected images that the model's vision tower finds most like a benchmark image: a reference
 * without training, and further candidates.
 *
 * @param count for each benchmark image; 0 for none, and no image is looked at
 */
public record NeighbourSettings(@Default("10") @Range(min = 0, max = 1000) int count)
    implements Serializable {}
