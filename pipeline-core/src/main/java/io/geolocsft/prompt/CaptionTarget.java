package io.geolocsft.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import io.geolocsft.geo.GeoPoint;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The training text of a geo-caption: its thoughts and its answer in the form of {@code
 * examples.target: json}, with the image's own coordinates in place of those that the caption's
 * writer repeated.
 *
 * @param decimals digits behind the decimal point, 0 to 8
 * @param step degrees to a multiple of which coordinates are rounded, 0 to 90; 0 for none
 */
public record CaptionTarget(int decimals, int step) {

  private static final String CONFIRMATION = "final_location_confirmation";

  /**
   * The text for one image.
   *
   * @param caption an object with {@code thinking} and {@code answer}
   * @param truth where the image was taken
   */
  public String target(JsonNode caption, GeoPoint truth) {
    JsonNode answer = caption.path("answer");
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("coordinates", coordinates(answer.path("coordinates").path("region"), truth));
    if (answer.path(CONFIRMATION).isObject()) {
      written.put(CONFIRMATION, answer.get(CONFIRMATION));
    }
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("thinking", caption.get("thinking"));
    root.put("answer", written);
    return JsonLine.of(root);
  }

  private Map<String, Object> coordinates(JsonNode region, GeoPoint truth) {
    Degrees degrees = new Degrees(decimals, step);
    Map<String, Object> coordinates = new LinkedHashMap<>();
    coordinates.put("latitude", degrees.round(truth.latitude()));
    coordinates.put("longitude", degrees.round(truth.longitude()));
    if (region.isTextual()) {
      coordinates.put("region", region);
    }
    return coordinates;
  }
}
