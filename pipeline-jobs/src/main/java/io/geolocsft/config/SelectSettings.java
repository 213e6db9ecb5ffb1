package io.geolocsft.config;

import io.geolocsft.config.binding.AtLeastOne;
import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.OneOf;
import io.geolocsft.config.binding.Range;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which pairs to train on.
 *
 * @param count how many pairs, exactly
 * @param strategy {@code geo_aware} weighs images by {@code count^-alpha} of their cell, {@code
 *     square_root} gives each cell by the square root of its count, {@code uniform} gives every
 *     cell the same, {@code population} takes images as they come
 * @param alpha 0 follows the photographs, 1 evens all cells out
 * @param quotaBy what shares the pairs first, by the same strategy: {@code country} or {@code
 *     density} (of people), and within each its cells; {@code cell} is cells alone
 * @param densityStrata people per square km at which one stratum of {@code density} ends and the
 *     next begins, ascending
 * @param bestOf a cell gives the sharpest of N times its quota, drawn at random; 1 for no choice by
 *     sharpness
 * @param minDistanceKm no two chosen images lie closer than this; 0 for no limit
 * @param blockLeakage nothing is published if the table {@code leakage} counts a benchmark image
 *     under one of these rules: {@code copy}, {@code near_duplicate}, {@code cell}, {@code
 *     distance}, {@code sequence}, {@code author}
 */
public record SelectSettings(
    @Default("2700") @Range(min = 1) int count,
    @Default("geo_aware") @OneOf({"geo_aware", "square_root", "uniform", "population"})
        String strategy,
    @Default("0.75") @Range(min = 0, max = 2) double alpha,
    @Default("cell") @OneOf({"cell", "country", "density"}) String quotaBy,
    @Default("[1, 10, 100, 1000]") @Range(above = 0) @AtLeastOne List<Double> densityStrata,
    @Default("1") @Range(min = 1, max = 1000) int bestOf,
    @Default("0") @Range(min = 0, max = 10_000) double minDistanceKm,
    @Default("[]") @OneOf({"copy", "near_duplicate", "cell", "distance", "sequence", "author"})
        List<String> blockLeakage,
    RuleSettings rules)
    implements Serializable, Consistent {

  @Override
  public void check(Contradictions found) {
    boolean ascending =
        IntStream.range(1, densityStrata.size())
            .allMatch(i -> densityStrata.get(i - 1) < densityStrata.get(i));
    if (!ascending) {
      found.add("density_strata", "%s do not ascend".formatted(densityStrata));
    }
  }
}
