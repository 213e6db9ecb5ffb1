package io.geolocsft.prompt;

import io.geolocsft.geo.GeoPoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JSON form of GeoLocSFT (arXiv 2506.01277): {@code thinking}, then {@code answer} with {@code
 * coordinates} and {@code final_location_confirmation}.
 *
 * <p>Holds those of the paper's keys that the catalogue can vouch for and leaves the others out:
 * what an image shows is not known here.
 */
record JsonTarget(Degrees degrees) implements TargetTemplate {

  @Override
  public String target(PlaceFacts facts) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("thinking", thinking(facts));
    root.put("answer", answer(facts));
    return JsonLine.of(root);
  }

  /** Whatever is thought and confirmed; {@code region} and confirmation may be left out. */
  @Override
  public AnswerGrammar grammar() {
    return new AnswerGrammar.Builder()
        .literal("{\"thinking\": ")
        .object()
        .literal(", \"answer\": {\"coordinates\": {\"latitude\": ")
        .coordinate(90, degrees.decimals())
        .literal(", \"longitude\": ")
        .coordinate(180, degrees.decimals())
        .optional(", \"region\": ", JsonPart.STRING)
        .literal("}")
        .optional(", \"final_location_confirmation\": ", JsonPart.OBJECT)
        .literal("}}")
        .build();
  }

  @Override
  public String schema() {
    return CoordinateSchema.GEOLOCSFT;
  }

  private static Map<String, Object> thinking(PlaceFacts facts) {
    Map<String, Object> thinking = new LinkedHashMap<>();
    facts
        .populationDensity()
        .ifPresent(
            density ->
                thinking.put(
                    "25km_analysis", Map.of("regional_development", development(density))));
    return thinking;
  }

  /** Classes of the EU's degree of urbanisation: 300 and 1,500 people per square kilometre. */
  private static String development(double density) {
    if (density >= 1500) {
      return "urban centre";
    }
    return density >= 300 ? "town or suburb" : "rural area";
  }

  private Map<String, Object> answer(PlaceFacts facts) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("coordinates", coordinates(facts));
    String location =
        Stream.of(facts.country(), facts.region())
            .flatMap(Optional::stream)
            .collect(Collectors.joining(", "));
    if (!location.isEmpty()) {
      answer.put("final_location_confirmation", Map.of("confirmed_location", location));
    }
    return answer;
  }

  private Map<String, Object> coordinates(PlaceFacts facts) {
    GeoPoint point = facts.point();
    Map<String, Object> coordinates = new LinkedHashMap<>();
    coordinates.put("latitude", degrees.round(point.latitude()));
    coordinates.put("longitude", degrees.round(point.longitude()));
    facts.region().ifPresent(region -> coordinates.put("region", region));
    return coordinates;
  }
}
