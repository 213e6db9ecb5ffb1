package io.geolocsft.stage.ingest.listing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.google.common.collect.AbstractIterator;
import io.geolocsft.failure.DataException;
import io.geolocsft.failure.Excerpt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;

/**
 * The elements of an array of JSON, one after the other, each as a text of its own; or the values
 * of a file that holds several, over as many lines as they take.
 */
final class JsonObjects extends AbstractIterator<String> {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final String location;
  private final BufferedReader reader;
  private JsonParser parser;

  /**
   * @param location the file's, for messages
   */
  JsonObjects(String location, BufferedReader reader) {
    this.location = location;
    this.reader = reader;
  }

  /** Whether a text is one value and nothing more. */
  static boolean isWhole(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  protected String computeNext() {
    try {
      if (parser == null) {
        parser = parser();
      }
      JsonToken token = parser.nextToken();
      while (token == JsonToken.END_ARRAY
          || token == JsonToken.START_ARRAY && parser.getParsingContext().getParent().inRoot()) {
        token = parser.nextToken();
      }
      return token == null ? endOfData() : text();
    } catch (JsonProcessingException e) {
      throw new DataException(
          "%s is not complete JSON: %s%s"
              .formatted(location, place(e.getLocation()), Excerpt.of(e.getOriginalMessage())),
          e);
    } catch (IOException e) {
      throw TextFile.damaged(location, e);
    }
  }

  /** Of some problems it is not known. */
  private static String place(JsonLocation at) {
    return at == null
        ? ""
        : String.format(Locale.ROOT, "line %d, column %d: ", at.getLineNr(), at.getColumnNr());
  }

  /** Past a byte order mark. */
  private JsonParser parser() throws IOException {
    reader.mark(1);
    if (reader.read() != NumberedLines.BYTE_ORDER_MARK.charAt(0)) {
      reader.reset();
    }
    return JSON.createParser(reader);
  }

  private String text() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator copy = JSON.createGenerator(text)) {
      copy.copyCurrentStructure(parser);
    }
    return text.toString();
  }
}
