package io.geolocsft.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;

/** Finds the paper's JSON form in a text, alone, inside other text or inside other JSON. */
final class JsonAnswers {

  /** The form has five; a bound keeps the work on hostile texts linear. */
  private static final int MAX_DEPTH = 64;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(MAX_DEPTH)
                      .maxNameLength(AnswerReader.MAX_CHARACTERS)
                      .build())
              .build());

  /**
   * An answer.
   *
   * @param end of the object that holds it, in the text
   */
  record Found(Answer answer, int end) {}

  private JsonAnswers() {}

  /** The last answer of a text. */
  static Optional<Found> last(String text) {
    char[] characters = text.toCharArray();
    Optional<Found> last = Optional.empty();
    int start = text.indexOf('{');
    while (start >= 0) {
      int end = start + 1;
      try (JsonParser parser =
          JSON.getFactory().createParser(characters, start, characters.length - start)) {
        JsonNode object = JSON.readTree(parser);
        end = start + (int) parser.currentLocation().getCharOffset();
        Optional<Answer> answer = inside(object);
        if (answer.isPresent()) {
          last = Optional.of(new Found(answer.get(), end));
        }
      } catch (IOException e) {
        // No JSON from here on; maybe from the next brace on.
        end = start + 1;
      }
      start = text.indexOf('{', end);
    }
    return last;
  }

  /** The answer of an object itself, or the last of those inside it. */
  private static Optional<Answer> inside(JsonNode node) {
    JsonNode coordinates = node.at("/answer/coordinates");
    JsonNode latitude = coordinates.path("latitude");
    JsonNode longitude = coordinates.path("longitude");
    if (latitude.isNumber() && longitude.isNumber()) {
      return Optional.of(
          Answer.at(AnswerStatus.JSON, latitude.doubleValue(), longitude.doubleValue()));
    }
    Optional<Answer> last = Optional.empty();
    for (JsonNode child : node) {
      Optional<Answer> inner = inside(child);
      last = inner.isPresent() ? inner : last;
    }
    return last;
  }
}
