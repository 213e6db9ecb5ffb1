package io.geolocsft.prompt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.json.JsonFile;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What {@code tokenizer.json} says about its tokens. Read as a stream: Gemma 3's file has 33 MB.
 *
 * @param addedTokens id by text of every added token
 * @param controlTokens the added tokens that plain text must never produce
 * @param vocabularySize one more than the largest id
 */
record TokenizerFile(
    Map<String, Integer> addedTokens, Set<String> controlTokens, int vocabularySize) {

  // The tokenizers library reads no deeper than 127.
  private static final JsonFactory JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .build())
          .getFactory();

  /** Gemma 3 has 262,145 tokens. */
  private static final int MAX_ID = (1 << 24) - 1;

  /** The file itself, or {@code tokenizer.json} inside a model's folder. */
  static Path locate(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(),
          null,
          "no such tokenizer. Put the model's tokenizer.json there or correct model.path");
    }
    return file;
  }

  static TokenizerFile read(Path file) throws IOException {
    try (InputStream first = Files.newInputStream(file);
        InputStream second = Files.newInputStream(file);
        JsonParser whole = JSON.createParser(first);
        JsonParser parser = JSON.createParser(second)) {
      checkValues(whole, file);
      return read(parser, file);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s is not valid JSON: %s. Fetch the file again."
              .formatted(file, JsonFile.quote(e.getOriginalMessage())),
          e);
    } catch (CharConversionException e) {
      throw new IOException(
          "%s is not valid JSON: %s. Fetch the file again.".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Refuses the JSON that the tokenizers library cannot hold. It panics over it within {@code
   * decoder}, which ends the process.
   */
  private static void checkValues(JsonParser parser, Path file) throws IOException {
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (token.isNumeric() && !Double.isFinite(parser.getDoubleValue())) {
        throw malformed(file, "it has a number out of range");
      }
      if ((token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME)
          && hasLoneSurrogate(parser.getText())) {
        throw malformed(file, "it has a text with half a character");
      }
    }
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private static TokenizerFile read(JsonParser parser, Path file) throws IOException {
    Map<String, Integer> added = new LinkedHashMap<>();
    Set<String> control = new LinkedHashSet<>(SpecialTokens.NAMES);
    int largest = -1;
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw malformed(file, "it holds no JSON object");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("added_tokens")) {
        for (JsonNode token : parser.<JsonNode>readValueAsTree()) {
          readAdded(token, added, control, file);
        }
      } else if (field.equals("model") && parser.currentToken() == JsonToken.START_OBJECT) {
        largest = largestId(parser);
      } else {
        parser.skipChildren();
      }
    }
    if (largest < 0) {
      throw malformed(file, "it has no model.vocab");
    }
    for (int id : added.values()) {
      largest = Math.max(largest, id);
    }
    if (largest > MAX_ID) {
      throw malformed(file, "it has the token id %d, over %d".formatted(largest, MAX_ID));
    }
    return new TokenizerFile(added, control, largest + 1);
  }

  private static void readAdded(
      JsonNode token, Map<String, Integer> added, Set<String> control, Path file)
      throws IOException {
    String content = token.path("content").asText("");
    int id = token.path("id").asInt(-1);
    if (content.isEmpty() || id < 0) {
      throw malformed(file, "an entry of added_tokens lacks its id or content");
    }
    added.put(content, id);
    if (token.path("special").asBoolean(false)) {
      control.add(content);
    }
  }

  /** Walks the model object and returns the largest id in its vocabulary, -1 without one. */
  private static int largestId(JsonParser parser) throws IOException {
    int largest = -1;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      if (parser.nextToken() == JsonToken.START_OBJECT && field.equals("vocab")) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          largest = Math.max(largest, parser.nextIntValue(-1));
        }
      } else {
        parser.skipChildren();
      }
    }
    return largest;
  }

  private static IOException malformed(Path file, String what) {
    return new IOException(
        "%s is no tokenizer.json: %s. Use the tokenizer.json of a Gemma 3 checkpoint."
            .formatted(file, what));
  }
}
