package io.geolocsft.report.data;

import io.geolocsft.aggregate.Reliability;
import java.util.List;

/**
 * How often a model's radii hold the truth.
 *
 * @param levels by what they state, ascending
 */
public record CalibratedModel(String model, List<Reliability> levels) {

  public CalibratedModel {
    levels = List.copyOf(levels);
  }
}
