package io.geolocsft.image;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;

/**
 * A block of metadata as ImageMagick writes it into a PNG text (coders/png.c,
 * Magick_png_write_raw_profile): lines with its name and its length, then hexadecimal digits.
 */
final class RawProfile {

  private static final Set<String> EXIF = Set.of("Raw profile type exif", "Raw profile type APP1");

  private RawProfile() {}

  /** Whether a text of that keyword may hold an Exif block. */
  static boolean isExif(String keyword) {
    return EXIF.contains(keyword);
  }

  /** The Exif block of a text, empty if it holds none: APP1 may be XMP as well. */
  static byte[] exif(byte[] text) {
    String[] lines = new String(text, StandardCharsets.ISO_8859_1).strip().split("\n", 3);
    if (lines.length < 3) {
      return new byte[0];
    }
    try {
      byte[] block = HexFormat.of().parseHex(lines[2].replaceAll("\\s", ""));
      return ExifBlock.isOne(block) ? block : new byte[0];
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}
