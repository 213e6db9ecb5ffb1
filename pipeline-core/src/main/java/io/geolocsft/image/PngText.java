package io.geolocsft.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The text chunks of a PNG file (W3C PNG specification, 11.3.3): a keyword and a text. */
final class PngText {

  /** Longer texts are cut: an Exif block has 64 KB, and twice that in hexadecimal digits. */
  private static final int MOST_BYTES = 1 << 18;

  private static final int LONGEST_KEYWORD = 79;

  private PngText() {}

  /** Reads the keyword of a chunk's data, empty if it has none, and stands behind it. */
  static String keyword(ByteBuffer chunk) {
    byte[] keyword = untilZero(chunk);
    return keyword.length > LONGEST_KEYWORD ? "" : new String(keyword, StandardCharsets.ISO_8859_1);
  }

  /**
   * The text behind a keyword, as its bytes; nothing of one that is damaged.
   *
   * @param type of the chunk: tEXt has it as it is, zTXt deflated, iTXt either way
   */
  static byte[] text(String type, ByteBuffer chunk) {
    return switch (type) {
      case "zTXt" -> chunk.hasRemaining() && chunk.get() == 0 ? inflated(chunk) : new byte[0];
      case "iTXt" -> international(chunk);
      default -> rest(chunk);
    };
  }

  private static byte[] international(ByteBuffer chunk) {
    if (chunk.remaining() < 2) {
      return new byte[0];
    }
    boolean deflated = chunk.get() == 1;
    chunk.get(); // The one method of deflating.
    untilZero(chunk); // The language.
    untilZero(chunk); // The keyword in that language.
    return deflated ? inflated(chunk) : rest(chunk);
  }

  private static byte[] untilZero(ByteBuffer chunk) {
    int start = chunk.position();
    while (chunk.hasRemaining()) {
      if (chunk.get() == 0) {
        int from = chunk.arrayOffset() + start;
        return Arrays.copyOfRange(chunk.array(), from, chunk.arrayOffset() + chunk.position() - 1);
      }
    }
    return new byte[0];
  }

  private static byte[] rest(ByteBuffer chunk) {
    byte[] rest = new byte[Math.min(chunk.remaining(), MOST_BYTES)];
    chunk.get(rest);
    return rest;
  }

  private static byte[] inflated(ByteBuffer chunk) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(chunk);
      byte[] text = new byte[MOST_BYTES];
      int length = 0;
      int more = inflater.inflate(text);
      while (more > 0) {
        length += more;
        more = inflater.inflate(text, length, text.length - length);
      }
      return Arrays.copyOf(text, length);
    } catch (DataFormatException e) {
      return new byte[0];
    } finally {
      inflater.end();
    }
  }
}
