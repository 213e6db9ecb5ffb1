package io.geolocsft.locate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.geolocsft.aggregate.Aggregate;
import io.geolocsft.geo.GeoPoint;
import io.geolocsft.geo.PlaceNames;

/** A photograph as JSON: keys in snake case, degrees and km; what is not known is left out. */
final class LocatedJson {

  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  private LocatedJson() {}

  /** All that is known. */
  static ObjectNode of(LocatedImage image) {
    ObjectNode json = MAPPER.createObjectNode().put("image", image.image());
    image.answer().ifPresent(answer -> put(json, answer));
    image
        .radii()
        .ifPresent(
            radii -> json.put("radius_50_km", radii.km50()).put("radius_90_km", radii.km90()));
    image.names().ifPresent(names -> put(json, names));
    json.put("status", image.status());
    image.problem().ifPresent(problem -> json.put("error", problem.message()));
    image.exif().ifPresent(exif -> point(json.putObject("exif"), exif));
    image.exifKm().ifPresent(km -> json.withObject("/exif").put("distance_km", km));
    if (!image.reasoning().isEmpty()) {
      json.put("reasoning", image.reasoning());
    }
    for (LocatedCandidate candidate : image.candidates()) {
      put(json.withArray("/candidates").addObject(), candidate);
    }
    return json;
  }

  private static void put(ObjectNode json, Aggregate answer) {
    point(json, answer.point());
    json.put("radius_km", answer.radiusKm());
  }

  private static void put(ObjectNode json, PlaceNames names) {
    names
        .country()
        .ifPresent(area -> json.put("country", area.code()).put("country_name", area.name()));
    names
        .province()
        .ifPresent(area -> json.put("province", area.code()).put("province_name", area.name()));
    json.put("nearest_place", names.place().name()).put("nearest_place_km", names.placeKm());
  }

  private static void put(ObjectNode json, LocatedCandidate candidate) {
    candidate.point().ifPresent(point -> point(json, point));
    json.put("probability", candidate.probability())
        .put("log_probability", candidate.logProbability())
        .put("status", candidate.status())
        .put("text", candidate.text());
  }

  private static void point(ObjectNode json, GeoPoint point) {
    json.put("latitude", point.latitude()).put("longitude", point.longitude());
  }
}
