package io.geolocsft.caption;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.geolocsft.json.JsonFile;
import io.geolocsft.json.UnusableFileException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Captions in a file of JSON: one array of records, or records one after another as in JSON Lines.
 * What the text of a record is, and of which image, is read in these layouts:
 *
 * <ul>
 *   <li>{@code {"image": .., "caption": ..}}, the caption as text or as an object
 *   <li>OpenAI's messages, as LLaMA-Factory takes them: {@code {"messages": [{"role": "assistant",
 *       "content": ..}], "images": [..]}}
 *   <li>ShareGPT's: {@code {"conversations": [{"from": "gpt", "value": ..}], "images": [..]}}, or
 *       {@code "image": ..} as LLaVA has it
 *   <li>Alpaca's: {@code {"instruction": .., "output": .., "images": [..]}}
 * </ul>
 *
 * <p>Of several turns the model's last one counts.
 */
public final class CaptionFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> IMAGE_KEYS = List.of("image", "images", "image_id", "id");

  private CaptionFile() {}

  /**
   * Reads a file from its first to its last record.
   *
   * @param name of the file, for messages
   * @param captions where its captions go
   * @throws UnusableFileException if it is no JSON, or a record has no caption of one image; the
   *     message names the line
   * @throws IOException if it cannot be read
   */
  public static void read(InputStream in, String name, CaptionIndex captions) throws IOException {
    try (MappingIterator<JsonNode> records = JSON.readerFor(JsonNode.class).readValues(in)) {
      for (long number = 1; records.hasNextValue(); number++) {
        JsonNode read = records.nextValue();
        long line = records.getCurrentLocation().getLineNr();
        String at = String.format(Locale.ROOT, "%s, record %d (line %d)", name, number, line);
        captions.add(new GivenCaption(image(read, at), text(read, at)));
      }
    } catch (JacksonException e) {
      throw new UnusableFileException(
          String.format(
              Locale.ROOT,
              "%s is not valid JSON at line %d: %s",
              name,
              e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
              JsonFile.quote(e.getOriginalMessage())),
          e);
    }
  }

  private static String image(JsonNode read, String at) throws UnusableFileException {
    JsonNode image =
        IMAGE_KEYS.stream()
            .map(read::path)
            .filter(value -> !value.isMissingNode() && !value.isNull())
            .findFirst()
            .orElseThrow(
                () ->
                    new UnusableFileException(
                        "%s names no image; expected one of %s"
                            .formatted(at, String.join(", ", IMAGE_KEYS))));
    JsonNode one = image.isArray() && image.size() == 1 ? image.get(0) : image;
    if (!one.isValueNode()) {
      throw new UnusableFileException(
          "%s must name one image, not %s".formatted(at, JsonFile.quote(image)));
    }
    return one.asText();
  }

  private static String text(JsonNode read, String at) throws UnusableFileException {
    return Stream.of(
            Optional.of(read.path("caption")),
            lastTurn(read.path("messages"), "role", "content", List.of("assistant", "model")),
            lastTurn(
                read.path("conversations"), "from", "value", List.of("gpt", "assistant", "model")),
            Optional.of(read.path("output")))
        .flatMap(Optional::stream)
        .filter(value -> !value.isMissingNode() && !value.isNull())
        .findFirst()
        .map(CaptionFile::written)
        .orElseThrow(
            () ->
                new UnusableFileException(
                    at
                        + " has no caption; expected caption, a model's turn in messages or"
                        + " conversations, or output"));
  }

  private static Optional<JsonNode> lastTurn(
      JsonNode turns, String speaker, String said, List<String> models) {
    return turns
        .valueStream()
        .filter(turn -> models.contains(turn.path(speaker).asText()))
        .map(turn -> turn.path(said))
        .reduce((first, second) -> second);
  }

  /** Messages may have their content in parts. */
  private static String written(JsonNode value) {
    if (value.isArray()) {
      StringBuilder text = new StringBuilder();
      value.forEach(part -> text.append(part.path("text").asText()));
      return text.toString();
    }
    return value.isTextual() ? value.textValue() : value.toString();
  }
}
