package io.geolocsft.prompt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.json.JsonFile;
import io.geolocsft.json.UnusableFileException;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What {@code tokenizer.json} says about its tokens. Read as a stream: Gemma 3's file has 33 MB.
 *
 * @param addedTokens id by text of every added token
 * @param controlTokens the added tokens that plain text must never produce
 * @param texts what each id stands for in a text, as the decoder writes it; null where that is
 *     nothing of its own
 */
record TokenizerFile(Map<String, Integer> addedTokens, Set<String> controlTokens, byte[][] texts) {

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

  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");

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
      throw new UnusableFileException(
          "%s is not valid JSON: %s. Fetch the file again."
              .formatted(file, JsonFile.quote(e.getOriginalMessage())),
          e);
    } catch (CharConversionException e) {
      throw new UnusableFileException(
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
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
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
        readVocabulary(parser, vocabulary);
      } else {
        parser.skipChildren();
      }
    }
    if (vocabulary.isEmpty()) {
      throw malformed(file, "it has no model.vocab");
    }
    vocabulary.putAll(added);
    int largest = Collections.max(vocabulary.values());
    if (largest > MAX_ID) {
      throw malformed(
          file, String.format(Locale.ROOT, "it has the token id %d, over %d", largest, MAX_ID));
    }
    byte[][] texts = new byte[largest + 1][];
    vocabulary.forEach((token, id) -> texts[id] = text(token));
    control.stream().filter(added::containsKey).forEach(token -> texts[added.get(token)] = null);
    return new TokenizerFile(added, control, texts);
  }

  /**
   * What Gemma 3's decoder writes for a token: a byte for one of its byte tokens. Null for those of
   * ASCII, which it turns into U+FFFD together with neighbours that are no UTF-8.
   */
  private static byte[] text(String token) {
    if (!BYTE.matcher(token).matches()) {
      return token.replace(PlainText.SPACE, " ").getBytes(StandardCharsets.UTF_8);
    }
    byte value = (byte) Integer.parseInt(token.substring(3, 5), 16);
    return value < 0 ? new byte[] {value} : null;
  }

  /** One more than the largest id. */
  int vocabularySize() {
    return texts.length;
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

  private static void readVocabulary(JsonParser parser, Map<String, Integer> vocabulary)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      if (parser.nextToken() == JsonToken.START_OBJECT && field.equals("vocab")) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String token = parser.currentName();
          int id = parser.nextIntValue(-1);
          if (id >= 0) {
            vocabulary.put(token, id);
          }
        }
      } else {
        parser.skipChildren();
      }
    }
  }

  private static IOException malformed(Path file, String what) {
    return new UnusableFileException(
        "%s is not a tokenizer.json: %s. Use the tokenizer.json of a Gemma 3 checkpoint."
            .formatted(file, what));
  }
}
