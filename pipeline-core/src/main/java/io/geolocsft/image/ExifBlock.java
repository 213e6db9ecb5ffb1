package io.geolocsft.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of an Exif block: a TIFF structure, before which some writers leave a prefix. */
final class ExifBlock {

  /**
   * Belongs before the block in JPEG files; in a PNG file's eXIf chunk, many write it all the same.
   */
  static final byte[] PREFIX = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  private ExifBlock() {}

  static boolean isOne(byte[] block) {
    return startsWith(block, PREFIX, 0)
        || startsWith(block, new byte[] {'I', 'I', 42, 0}, 0)
        || startsWith(block, new byte[] {'M', 'M', 0, 42}, 0);
  }

  /** The TIFF structure alone: prefixes are taken off, however many, as in Pillow. */
  static byte[] tiff(byte[] block) {
    int from = 0;
    while (startsWith(block, PREFIX, from)) {
      from += PREFIX.length;
    }
    return from == 0 ? block : Arrays.copyOfRange(block, from, block.length);
  }

  private static boolean startsWith(byte[] block, byte[] start, int from) {
    return block.length - from >= start.length
        && Arrays.equals(block, from, from + start.length, start, 0, start.length);
  }
}
