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
 * @param xmp the packet of the XMP segment, empty if there is none
 */
record JpegHeader(int width, int height, JpegColors colors, byte[] exif, byte[] xmp) {

  private static final byte[] XMP = ascii("http://ns.adobe.com/xap/1.0/\0");
  private static final byte[] JFIF = ascii("JFIF\0");
  private static final byte[] ADOBE = ascii("Adobe");
  private static final int JFIF_LENGTH = 14;
  private static final int ADOBE_LENGTH = 12;

  static JpegHeader parse(byte[] file) throws ImageException {
    return new Segments(file).header();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Walks over the segments. */
  private static final class Segments {
    private final byte[] file;
    private final JpegMarkers markers;
    private boolean jfif;
    private int adobe = -1;
    private int frame;
    private byte[] exif = {};
    private byte[] xmp = {};

    Segments(byte[] file) {
      this.file = file;
      this.markers = new JpegMarkers(file);
    }

    JpegHeader header() throws ImageException {
      int marker = markers.next();
      while (marker != JpegMarkers.START_OF_SCAN) {
        if (marker == JpegMarkers.END_OF_IMAGE) {
          throw new ImageException(Kind.CORRUPT, "The JPEG file ends before any image data");
        }
        int start = markers.segment();
        segment(marker, start + 2, markers.position());
        marker = markers.next();
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
      int[] ids = new int[components];
      for (int i = 0; i < components; i++) {
        ids[i] = u8(frame + 6 + 3 * i);
      }
      JpegColors colors = JpegColors.of(ids, jfif, adobe);
      return new JpegHeader(markers.u16(frame + 3), markers.u16(frame + 1), colors, exif, xmp);
    }

    private void segment(int marker, int from, int to) throws ImageException {
      if (marker == JpegMarkers.APP0 && to - from >= JFIF_LENGTH && starts(from, to, JFIF)) {
        jfif = true;
      } else if (marker == JpegMarkers.APP1
          && exif.length == 0
          && starts(from, to, ExifBlock.PREFIX)) {
        exif = Arrays.copyOfRange(file, from + ExifBlock.PREFIX.length, to);
      } else if (marker == JpegMarkers.APP1 && xmp.length == 0 && starts(from, to, XMP)) {
        xmp = Arrays.copyOfRange(file, from + XMP.length, to);
      } else if (marker == JpegMarkers.APP14
          && to - from >= ADOBE_LENGTH
          && starts(from, to, ADOBE)) {
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

    private int u8(int index) throws ImageException {
      return markers.u8(index);
    }
  }
}
