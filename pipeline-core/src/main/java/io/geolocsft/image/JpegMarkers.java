package io.geolocsft.image;

import io.geolocsft.image.ImageException.Kind;
import java.util.Locale;

/**
 * Goes from marker to marker of a JPEG file (ITU-T T.81 annex B) as libjpeg's next_marker and
 * Pillow do: whatever stands where a marker is expected, zeros or fill bytes say, is passed over.
 */
final class JpegMarkers {

  private static final int START_OF_FRAME = 0xc0;
  static final int START_OF_IMAGE = 0xd8;
  static final int END_OF_IMAGE = 0xd9;
  static final int START_OF_SCAN = 0xda;
  static final int DEFINE_NUMBER_OF_LINES = 0xdc;
  private static final int DEFINE_RESTART_INTERVAL = 0xdd;
  static final int APP0 = 0xe0;
  static final int APP1 = 0xe1;
  static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COMMENT = 0xfe;
  private static final int TEMPORARY = 0x01;

  private final byte[] file;
  private int at = 2;

  /** Stands behind the start of the image. */
  JpegMarkers(byte[] file) {
    this.file = file;
  }

  /** Index of the first byte behind what was read. */
  int position() {
    return at;
  }

  /**
   * Code of the next marker that begins a segment or ends the image.
   *
   * @throws ImageException if libjpeg does not know the marker, or there is none
   */
  int next() throws ImageException {
    int marker = any();
    while (isRestart(marker) || marker == TEMPORARY) {
      marker = any();
    }
    if (!isKnown(marker) || marker == START_OF_IMAGE) {
      throw new ImageException(
          Kind.CORRUPT,
          String.format(
              Locale.ROOT, "The JPEG marker 0x%02x at byte %d is out of place", marker, at - 2));
    }
    return marker;
  }

  private int any() throws ImageException {
    while (u8(at) != 0xff || u8(at + 1) == 0 || u8(at + 1) == 0xff) {
      at++;
    }
    at += 2;
    return u8(at - 1);
  }

  /**
   * Passes over the segment of the marker just read.
   *
   * @return index of its length field, of two bytes; its end is {@link #position()}
   */
  int segment() throws ImageException {
    int start = at;
    int length = u16(start);
    if (length < 2) {
      throw new ImageException(
          Kind.CORRUPT,
          String.format(Locale.ROOT, "A JPEG segment at byte %d has no length", start));
    }
    need(start + length);
    at = start + length;
    return start;
  }

  /** Passes over the data of a scan, in which 0xff is followed by 0 or restarts the decoder. */
  void scanData() throws ImageException {
    while (u8(at) != 0xff || isRestart(u8(at + 1)) || !isKnown(u8(at + 1))) {
      at++;
    }
  }

  private static boolean isRestart(int marker) {
    return marker >= 0xd0 && marker < START_OF_IMAGE;
  }

  /** Those that libjpeg's read_markers has a case for, restarts left out. */
  private static boolean isKnown(int marker) {
    return marker >= START_OF_FRAME && marker <= DEFINE_RESTART_INTERVAL && !isRestart(marker)
        || marker >= APP0 && marker <= APP15
        || marker == COMMENT;
  }

  int u16(int index) throws ImageException {
    return u8(index) << 8 | u8(index + 1);
  }

  int u8(int index) throws ImageException {
    need(index + 1);
    return file[index] & 0xff;
  }

  private void need(int length) throws ImageException {
    if (length > file.length) {
      throw new ImageException(
          Kind.TRUNCATED,
          String.format(
              Locale.ROOT, "The JPEG file ends at byte %d, before its image does", file.length));
    }
  }
}
