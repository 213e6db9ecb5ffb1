package io.geolocsft.prompt;

import io.geolocsft.geo.GeoPoint;

/** The short form: {@code <answer>lat: 12.34, lon: -56.78</answer>}. */
record AnswerTarget(Degrees degrees) implements TargetTemplate {

  @Override
  public String target(PlaceFacts facts) {
    GeoPoint point = facts.point();
    return "<answer>lat: %s, lon: %s</answer>"
        .formatted(degrees.format(point.latitude()), degrees.format(point.longitude()));
  }

  @Override
  public AnswerGrammar grammar() {
    return new AnswerGrammar.Builder()
        .literal("<answer>lat: ")
        .coordinate(90, degrees.decimals())
        .literal(", lon: ")
        .coordinate(180, degrees.decimals())
        .literal("</answer>")
        .build();
  }
}
