package io.geolocsft.report.data;

import io.geolocsft.geo.GeoPoint;
import java.util.List;
import java.util.Optional;

/**
 * One model's answers for one benchmark, to draw as arcs.
 *
 * @param benchmark its name
 * @param model its name
 * @param answers one for each image of the benchmark, in the same order for each model
 */
public record AnswerSet(String benchmark, String model, List<JudgedAnswer> answers) {

  public AnswerSet {
    answers = List.copyOf(answers);
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
