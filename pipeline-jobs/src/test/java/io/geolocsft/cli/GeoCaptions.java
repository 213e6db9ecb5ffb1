package io.geolocsft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Models that write geo-captions of the place that they are told, or something else. */
public final class GeoCaptions {

  private static final Pattern PLACE =
      Pattern.compile("latitude (-?[0-9.]+), longitude (-?[0-9.]+[0-9])");

  private static final String CAPTION =
      """
      {"thinking": {"25km_analysis": {"terrain_characteristics": "flat", "climate_features": "dry", "regional_development": "rural"},
        "1km_analysis": {"road_engineering": {"surface": "asphalt", "markings": "none", "signs_and_poles": "wooden poles"},
          "vegetation": {"species": "eucalyptus", "density": "sparse"}},
        "buildings_infrastructure": "none", "vehicles_traffic": "none", "terrain_soil": "red",
        "elimination_similar_regions": [{"eliminated_region": "Namibia", "reasons": ["the trees"]}]},
       "answer": {"coordinates": {"latitude": %s, "longitude": %s, "region": "New South Wales"},
        "final_location_confirmation": {"confirmed_location": "Australia", "decisive_features": ["soil"], "accuracy_assessment": "high"}}}
      """;

  private GeoCaptions() {}

  /** What is asked for. */
  public static String good(JsonNode request) {
    Matcher place = place(request);
    return CAPTION.formatted(place.group(1), place.group(2));
  }

  private static Matcher place(JsonNode request) {
    Matcher place = PLACE.matcher(request.path("messages").toString());
    if (!place.find()) {
      throw new IllegalArgumentException("No place in " + request);
    }
    return place;
  }

  /** So many answers about an image that are to be rejected, then a good one. */
  public static Function<JsonNode, String> rejectedAt(int first) {
    Map<String, Integer> asked = new ConcurrentHashMap<>();
    return request -> {
      String image = place(request).group();
      int number = asked.merge(image, 1, Integer::sum);
      return number > first ? good(request) : number == 1 ? "Sorry." : far(request);
    };
  }

  /** One answer in six is none, and one is of another place: the same to the same request. */
  static String mixed(JsonNode request) {
    int drawn =
        Math.floorMod((place(request).group() + request.path("seed")).hashCode() * 31 >> 3, 6);
    return drawn > 1 ? good(request) : drawn == 1 ? "Sorry." : far(request);
  }

  private static String far(JsonNode request) {
    Matcher place = place(request);
    double latitude = Double.parseDouble(place.group(1)) / 2 + 1;
    return CAPTION.formatted(String.format(Locale.ROOT, "%.4f", latitude), place.group(2));
  }
}
