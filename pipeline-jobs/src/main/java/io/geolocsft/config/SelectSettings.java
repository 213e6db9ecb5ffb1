package io.geolocsft.config;

import java.io.Serializable;

/**
 * Which pairs to train on.
 *
 * @param count how many pairs, exactly
 * @param strategy {@code geo_aware} weighs cells by {@code count^-alpha} and gives each a quota,
 *     {@code uniform} gives every cell the same, {@code population} takes images as they come
 * @param alpha 0 follows the photographs, 1 evens all cells out
 */
public record SelectSettings(
    @Default("2700") @Range(min = 1) int count,
    @Default("geo_aware") @OneOf({"geo_aware", "uniform", "population"}) String strategy,
    @Default("0.75") @Range(min = 0, max = 2) double alpha,
    RuleSettings rules)
    implements Serializable {}
