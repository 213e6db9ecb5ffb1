package io.geolocsft.config;

import io.geolocsft.aggregate.Aggregation;
import io.geolocsft.config.binding.Consistent;
import io.geolocsft.config.binding.Contradictions;
import io.geolocsft.config.binding.Default;
import io.geolocsft.config.binding.Location;
import io.geolocsft.config.binding.Range;
import java.io.Serializable;

/**
 * Photographs whose places nobody knows. How they are asked about is said by {@code examples}, and
 * how candidates are drawn by {@code infer}.
 *
 * @param images folder of the photographs, or one of them
 * @param adapter folder of what {@code sft} or {@code grpo} made: an adapter, or a whole model;
 *     empty for the base model
 * @param candidates answers for one photograph; the first is greedy, the others are sampled. One
 *     where {@code infer.temperature} is 0
 * @param aggregation how a photograph's candidates become one point, see {@link Aggregation#of}
 */
public record LocateSettings(
    @Default("''") @Location(optional = true) String images,
    @Default("''") @Location(optional = true) String adapter,
    @Default("8") @Range(min = 1, max = 256) int candidates,
    @Default("geometric_median") String aggregation)
    implements Serializable, Consistent {

  @Override
  public void check(Contradictions found) {
    found.attempt("aggregation", () -> Aggregation.of(aggregation));
  }
}
