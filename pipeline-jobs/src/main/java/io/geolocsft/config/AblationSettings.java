package io.geolocsft.config;

import io.geolocsft.config.binding.Default;
import java.io.Serializable;
import java.util.List;

/**
 * Variants of the run, measured beside one another.
 *
 * @param variants the first is what the others are compared with
 */
public record AblationSettings(@Default("[]") List<VariantSettings> variants)
    implements Serializable {}
