package io.geolocsft.image;

import io.geolocsft.image.ImageException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * What stands before the first scan of a JPEG file (ITU-T T.81 annex B; JFIF; Adobe technical note
 * 5116).
 *
 * @param width columns
 * @param height rows
 * @param colors how the components become red, green and blue
 * @param exif the TIFF structure of the Exif segment, empty if there is none
 */
record JpegHeader(int width, int height, JpegColors colors, byte[] exif) {

  static final int START_OF_SCAN = 0xda;

  private static final byte[] EXIF = ascii("Exif\0\0");
  private static final byte[] JFIF = ascii("JFIF\0");
  private static final byte[] ADOBE = ascii("Adobe");
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int END_OF_IMAGE = 0xd9;

  static JpegHeader parse(byte[] file) throws ImageException {
    return new Segments(file).header();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Walks over the segments. */
  private static final class Segments {
    private final byte[] file;
    private int at = 2;
    private boolean jfif;
    private int adobe = -1;
    private int frame;
    private byte[] exif = {};

    Segments(byte[] file) {
      this.file = file;
    }

    JpegHeader header() throws ImageException {
      int marker = next();
      while (marker != START_OF_SCAN) {
        if (marker == END_OF_IMAGE) {
          throw new ImageException(Kind.CORRUPT, "The JPEG file ends before any image data");
        }
        int length = u16(at);
        if (length < 2) {
          throw new ImageException(
              Kind.CORRUPT,
              String.format(Locale.ROOT, "A JPEG segment at byte %d has no length", at));
        }
        need(at + length);
        segment(marker, at + 2, at + length);
        at += length;
        marker = next();
      }
      if (frame == 0) {
        throw new ImageException(Kind.CORRUPT, "The JPEG file has a scan before its frame");
      }
      return frame();
    }

    private JpegHeader frame() throws ImageException {
      int components = u8(frame + 5);
      int precision = u8(frame);
      if (precision != 8) {
        throw new ImageException(
            Kind.UNSUPPORTED,
            String.format(Locale.ROOT, "A JPEG image of %d bits a sample", precision));
      }
      need(frame + 6 + 3 * components);
      int[] ids = new int[components];
      for (int i = 0; i < components; i++) {
        ids[i] = u8(frame + 6 + 3 * i);
      }
      return new JpegHeader(u16(frame + 3), u16(frame + 1), JpegColors.of(ids, jfif, adobe), exif);
    }

    private int next() throws ImageException {
      if (u8(at) != 0xff) {
        throw new ImageException(
            Kind.CORRUPT, String.format(Locale.ROOT, "No JPEG marker at byte %d", at));
      }
      while (u8(at) == 0xff) {
        at++;
      }
      return u8(at++);
    }

    private void segment(int marker, int from, int to) throws ImageException {
      if (marker == APP0 && starts(from, to, JFIF)) {
        jfif = true;
      } else if (marker == APP1 && exif.length == 0 && starts(from, to, EXIF)) {
        exif = Arrays.copyOfRange(file, from + EXIF.length, to);
      } else if (marker == APP14 && starts(from, to, ADOBE) && to - from >= 12) {
        adobe = u8(from + 11);
      } else if (isFrame(marker)) {
        startFrame(marker, from, to);
      }
    }

    /** SOF0 to SOF15 less DHT, JPG and DAC, which lie between them. */
    private static boolean isFrame(int marker) {
      return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private void startFrame(int marker, int from, int to) throws ImageException {
      if (marker > 0xc2) {
        throw new ImageException(
            Kind.UNSUPPORTED,
            String.format(
                Locale.ROOT,
                "A lossless, hierarchical or arithmetic JPEG image (SOF%d)",
                marker - 0xc0));
      }
      if (frame != 0 || to - from < 6) {
        throw new ImageException(Kind.CORRUPT, "The JPEG frame header is repeated or too short");
      }
      frame = from;
    }

    private boolean starts(int from, int to, byte[] name) {
      return to - from >= name.length
          && Arrays.equals(file, from, from + name.length, name, 0, name.length);
    }

    private int u16(int index) throws ImageException {
      return u8(index) << 8 | u8(index + 1);
    }

    private int u8(int index) throws ImageException {
      need(index + 1);
      return file[index] & 0xff;
    }

    private void need(int length) throws ImageException {
      if (length > file.length) {
        throw new ImageException(
            Kind.TRUNCATED,
            String.format(Locale.ROOT, "The JPEG header ends at byte %d", file.length));
      }
    }
  }
}
