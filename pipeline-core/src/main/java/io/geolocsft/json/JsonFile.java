package io.geolocsft.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Ascii;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small JSON file that is read whole. */
public final class JsonFile {

  /**
   * The largest real one, the list of a 27B's shards, has 0.2 MB; the tree of a hostile one takes
   * some twenty times its bytes.
   */
  private static final int MAX_BYTES = 1 << 20;

  private static final int LONGEST_QUOTE = 200;

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonFile() {}

  /**
   * Reads a file.
   *
   * @return the value, a missing node for an empty file
   * @throws IOException if the file cannot be read, has over 1 MiB or is no JSON; the message names
   *     it
   */
  public static JsonNode read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new UnusableFileException(file + " is over 1 MiB, larger than any such model file");
    }
    return parse(file, Files.readAllBytes(file));
  }

  /**
   * What a file holds, wherever it was read from.
   *
   * @param file as a message calls it
   * @throws IOException if it is no JSON; the message names it
   */
  public static JsonNode parse(Object file, byte[] bytes) throws IOException {
    try {
      return MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      throw new UnusableFileException(
          file + " is not valid JSON: " + quote(e.getOriginalMessage()), e);
    } catch (CharConversionException e) {
      throw new UnusableFileException(file + " is not valid JSON: " + quote(e.getMessage()), e);
    }
  }

  /** What a message shows of something that a file says, which may be of any length. */
  public static String quote(Object said) {
    return Ascii.truncate(String.valueOf(said), LONGEST_QUOTE, "...");
  }
}
