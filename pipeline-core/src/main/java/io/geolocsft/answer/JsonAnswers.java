package io.geolocsft.answer;

import com.fasterxml.jackson.databind.JsonNode;
import io.geolocsft.answer.coordinate.Hemisphere.Axis;
import io.geolocsft.answer.json.Keys;
import io.geolocsft.answer.token.Term;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Finds the answer in a JSON object: the paper's form, any object with a latitude and a longitude,
 * GeoJSON's points, text that holds coordinates.
 *
 * <p>What lies under keys of thinking is none. Of several the last counts, unless a key says that
 * it is the final one or an alternative; of an array the first.
 */
final class JsonAnswers {

  private static final String PAPER = "/answer/coordinates";

  private JsonAnswers() {}

  /** The answer of an object, complete or not. */
  static Optional<Answer> in(JsonNode object) {
    return paper(object).or(() -> inside(object));
  }

  /** The answer that lies within thoughts whose object was never closed. */
  static Optional<Answer> inOpenThoughts(JsonNode object) {
    Optional<Answer> answer = Optional.empty();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (Keys.of(field.getKey()).has(Term.THINKING) && field.getValue().has("answer")) {
        answer = inside(field.getValue().get("answer"));
      }
    }
    return answer;
  }

  private static Optional<Answer> paper(JsonNode object) {
    JsonNode coordinates = object.at(PAPER);
    JsonNode latitude = coordinates.path("latitude");
    JsonNode longitude = coordinates.path("longitude");
    return latitude.isNumber() && longitude.isNumber()
        ? Optional.of(Answer.at(AnswerStatus.JSON, latitude.asDouble(), longitude.asDouble()))
        : Optional.empty();
  }

  private static Optional<Answer> inside(JsonNode node) {
    if (node.isArray()) {
      return inArray(node);
    }
    return paper(node)
        .or(() -> JsonCoordinates.of(node))
        .or(() -> JsonCoordinates.ofGeoJson(node))
        .or(() -> inFields(node));
  }

  /** Elements are ranked, but whole answers follow each other. */
  private static Optional<Answer> inArray(JsonNode array) {
    Optional<Answer> found = Optional.empty();
    for (JsonNode element : array) {
      Optional<Answer> answer = inside(element);
      boolean whole = answer.filter(a -> a.status() == AnswerStatus.JSON).isPresent();
      found = answer.isPresent() && (found.isEmpty() || whole) ? answer : found;
    }
    return found;
  }

  private static Optional<Answer> inFields(JsonNode object) {
    Optional<Answer> last = Optional.empty();
    Optional<Answer> alternative = Optional.empty();
    boolean isFinal = false;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Keys key = Keys.of(field.getKey());
      Optional<Answer> answer = key.isSkipped() ? Optional.empty() : of(key, field.getValue());
      if (answer.isPresent() && key.isAlternative()) {
        alternative = alternative.or(() -> answer);
      } else if (answer.isPresent() && (!isFinal || key.has(Term.FINAL))) {
        last = answer;
        isFinal = key.has(Term.FINAL);
      }
    }
    return last.isPresent() ? last : alternative;
  }

  private static Optional<Answer> of(Keys key, JsonNode value) {
    Optional<Answer> pair = key.order().flatMap(first -> JsonCoordinates.ofPair(value, first));
    if (pair.isPresent()) {
      return pair;
    }
    if (value.isTextual()) {
      return key.mayHoldText() ? text(value.textValue()) : Optional.empty();
    }
    boolean bare = key.mayHoldPair() && value.isArray();
    return bare ? array(value).or(() -> inside(value)) : elements(value).or(() -> inside(value));
  }

  private static Optional<Answer> array(JsonNode value) {
    return JsonCoordinates.ofPair(value, Axis.LATITUDE)
        .map(Answer::point)
        .flatMap(point -> point.map(p -> new Answer(AnswerStatus.PAIR, Optional.of(p))))
        .or(() -> elements(value));
  }

  /** An array of texts that say themselves what they are: {@code ["48.9 N", "2.3 E"]}. */
  private static Optional<Answer> elements(JsonNode value) {
    boolean texts =
        value.isArray()
            && value.size() == 2
            && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isTextual);
    return texts
        ? text(value.get(0).textValue() + ", " + value.get(1).textValue())
            .filter(answer -> answer.status() == AnswerStatus.HEMISPHERES)
        : Optional.empty();
  }

  private static Optional<Answer> text(String text) {
    Answer answer = PlainReader.read(text);
    boolean found = answer.status().isReadable() || answer.status() == AnswerStatus.OUT_OF_RANGE;
    return found ? Optional.of(answer) : Optional.empty();
  }
}
