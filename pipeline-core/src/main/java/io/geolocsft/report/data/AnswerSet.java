package io.geolocsft.report.data;

import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.Optional;

/**
 * One model's answers for one benchmark.
 *
 * @param benchmark its name
 * @param model its name
 * @param errors how far all of them lie from the truth
 * @param drawn some, to draw as arcs: of the same images in the same order for each model
 */
public record AnswerSet(
    String benchmark, String model, ErrorCounts errors, List<JudgedAnswer> drawn) {

  public AnswerSet {
    drawn = List.copyOf(drawn);
  }

  /**
   * One image of the benchmark.
   *
   * @param truth where it was taken
   * @param answer where the model says; empty if it does not
   * @param distanceKm between the two; NaN without an answer
   */
  public record JudgedAnswer(GeoPoint truth, Optional<GeoPoint> answer, double distanceKm) {}
}
