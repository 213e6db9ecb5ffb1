package io.geolocsft.answer;

import com.fasterxml.jackson.databind.JsonNode;
import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.json.Keys;
import io.geolocsft.answer.json.PartialJson;
import io.geolocsft.answer.token.Term;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Latitude and longitude as fields of a JSON object, as GeoJSON, or as an array of two. */
final class JsonCoordinates {

  private JsonCoordinates() {}

  /** The coordinates that an object's own fields hold. */
  static Optional<Answer> of(JsonNode object) {
    Map<Axis, JsonNode> values = new EnumMap<>(Axis.class);
    Map<Axis, String> directions = new EnumMap<>(Axis.class);
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Keys key = Keys.of(field.getKey());
      key.axis().ifPresent(axis -> values.put(axis, field.getValue()));
      key.direction().ifPresent(axis -> directions.put(axis, field.getValue().asText()));
    }
    if (values.size() < 2) {
      return Optional.empty();
    }
    return answer(
        degrees(Axis.LATITUDE, values, directions), degrees(Axis.LONGITUDE, values, directions));
  }

  private static OptionalDouble degrees(
      Axis axis, Map<Axis, JsonNode> values, Map<Axis, String> directions) {
    return degrees(axis, values.get(axis), directions.getOrDefault(axis, ""));
  }

  private static Optional<Answer> answer(OptionalDouble latitude, OptionalDouble longitude) {
    return latitude.isPresent() && longitude.isPresent()
        ? Optional.of(
            Answer.at(AnswerStatus.LABELLED, latitude.getAsDouble(), longitude.getAsDouble()))
        : Optional.empty();
  }

  private static OptionalDouble degrees(Axis axis, JsonNode value, String direction) {
    if (value.isNumber() && direction.isBlank()) {
      return OptionalDouble.of(value.doubleValue());
    }
    if (value.has(PartialJson.UNFINISHED)) {
      return OptionalDouble.empty();
    }
    String text = value.isObject() ? parts(value) : number(value);
    return PlainReader.degrees(text + " " + direction, axis);
  }

  private static String number(JsonNode value) {
    if (!value.isNumber()) {
      return value.asText("");
    }
    // NaN and numbers beyond all others have no digits.
    return Double.isFinite(value.doubleValue())
        ? BigDecimal.valueOf(value.doubleValue()).stripTrailingZeros().toPlainString()
        : "";
  }

  /** {@code {"degrees": 48, "minutes": 51, "seconds": 30, "direction": "N"}}. */
  private static String parts(JsonNode object) {
    StringBuilder text = new StringBuilder();
    String direction = "";
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Keys key = Keys.of(field.getKey());
      JsonNode value = field.getValue();
      if (key.has(Term.DIRECTION)) {
        direction = value.asText();
      } else if (key.has(Term.DEGREES)) {
        text.append(number(value)).append("° ");
      } else if (key.has(Term.MINUTES)) {
        text.append(number(value)).append("' ");
      } else if (key.has(Term.SECONDS)) {
        text.append(number(value)).append("\" ");
      } else if (field.getKey().equals("value")) {
        text.append(number(value)).append(' ');
      }
    }
    return text + direction;
  }

  /** GeoJSON's point, whose longitude is first. */
  static Optional<Answer> ofGeoJson(JsonNode object) {
    return object.path("type").asText().equals("Point")
        ? ofPair(object.path("coordinates"), Axis.LONGITUDE)
        : Optional.empty();
  }

  /** An array of two, or a text with both, in an order that is known. */
  static Optional<Answer> ofPair(JsonNode value, Axis first) {
    if (value.isTextual()) {
      String labels = first == Axis.LATITUDE ? "lat, lon: " : "lon, lat: ";
      Answer answer = PlainReader.read(labels + value.textValue());
      return answer.status().isReadable() ? Optional.of(answer) : Optional.empty();
    }
    if (!value.isArray() || value.size() < 2 || value.size() > 3) {
      return Optional.empty();
    }
    Axis second = first == Axis.LATITUDE ? Axis.LONGITUDE : Axis.LATITUDE;
    OptionalDouble one = degrees(first, value.get(0), "");
    OptionalDouble other = degrees(second, value.get(1), "");
    return first == Axis.LATITUDE ? answer(one, other) : answer(other, one);
  }
}
