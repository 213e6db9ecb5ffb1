package io.geolocsft.caption;

import com.fasterxml.jackson.databind.JsonNode;
import io.geolocsft.geo.GeoPoint;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds thoughts that reason from the coordinates in place of the image: they speak of something
 * given, or hold the true latitude or longitude itself. A model that is trained on such would learn
 * to refer to what it will not have.
 */
final class LeakRule {

  private static final String PLACE =
      "(?:gps|geo-?tags?|coordinates?|latitudes?|longitudes?|ground truth|exif|metadata)";

  private static final String STATED =
      "(?:given|provided|supplied|stated|specified|known|true|actual|input|above|prompt(?:ed)?)";

  private static final Pattern SAID =
      Pattern.compile(
          "\\b"
              + STATED
              + "\\W+(?:\\w+\\W+){0,3}?"
              + PLACE
              + "\\b|\\b"
              + PLACE
              + "\\W+(?:\\w+\\W+){0,3}?"
              + STATED
              + "\\b|\\bGPS\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern DECIMAL = Pattern.compile("\\d{1,3}\\.\\d{2,}");

  /** About a kilometre. */
  private static final double SAME_DEGREES = 0.01;

  private LeakRule() {}

  /** The words in thoughts, or in any part of them, that give the place away. */
  static Optional<String> find(JsonNode thoughts, GeoPoint truth) {
    if (thoughts.isTextual()) {
      return inText(thoughts.textValue(), truth);
    }
    return thoughts.valueStream().flatMap(part -> find(part, truth).stream()).findFirst();
  }

  private static Optional<String> inText(String text, GeoPoint truth) {
    return Stream.concat(
            SAID.matcher(text).results().map(found -> found.group()),
            DECIMAL
                .matcher(text)
                .results()
                .map(found -> found.group())
                .filter(number -> isTruth(number, truth)))
        .findFirst();
  }

  private static boolean isTruth(String number, GeoPoint truth) {
    double degrees = Double.parseDouble(number);
    return Math.abs(degrees - Math.abs(truth.latitude())) < SAME_DEGREES
        || Math.abs(degrees - Math.abs(truth.longitude())) < SAME_DEGREES;
  }
}
