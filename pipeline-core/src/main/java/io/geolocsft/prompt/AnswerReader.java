package io.geolocsft.prompt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads coordinates from a model's output.
 *
 * <p>Forms are tried from the strictest to the most lenient, and the first that matches decides;
 * {@link AnswerStatus} names them. Within a form the last match counts, for a model thinks before
 * it answers. Integers, signs, the Unicode minus and hemispheres are understood. Latitude and
 * longitude are never swapped to make them fit.
 */
public final class AnswerReader {

  /** Characters beyond which a text is not read; a long answer of the JSON form has 10,000. */
  public static final int MAX_CHARACTERS = 65_536;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNameLength(MAX_CHARACTERS).build())
              .build());

  private static final List<Function<String, Optional<Answer>>> FORMS =
      List.of(
          AnswerReader::json,
          text -> CoordinatePattern.STRICT.read(text, AnswerStatus.STRICT),
          text -> CoordinatePattern.LABELLED.read(text, AnswerStatus.LABELLED),
          text -> CoordinatePattern.HEMISPHERES.read(text, AnswerStatus.HEMISPHERES),
          text -> CoordinatePattern.ONLY_PAIR.read(text, AnswerStatus.PAIR),
          text -> CoordinatePattern.DECIMAL_PAIR.read(text, AnswerStatus.PAIR));

  private AnswerReader() {}

  /** Reads a text of any content and length. */
  public static Answer read(String text) {
    if (text.length() > MAX_CHARACTERS) {
      return Answer.without(AnswerStatus.TOO_LONG);
    }
    String plain = text.replaceAll("[\u2212\u2012\u2013\uFE63\uFF0D]", "-").strip();
    return FORMS.stream()
        .flatMap(form -> form.apply(plain).stream())
        .findFirst()
        .orElse(Answer.without(AnswerStatus.NO_COORDINATES));
  }

  /** The paper's JSON form, alone or inside other text. */
  private static Optional<Answer> json(String text) {
    int start = text.indexOf('{');
    if (start < 0) {
      return Optional.empty();
    }
    try {
      JsonNode coordinates = JSON.readTree(text.substring(start)).at("/answer/coordinates");
      JsonNode latitude = coordinates.path("latitude");
      JsonNode longitude = coordinates.path("longitude");
      return latitude.isNumber() && longitude.isNumber()
          ? Optional.of(
              Answer.at(AnswerStatus.JSON, latitude.doubleValue(), longitude.doubleValue()))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
