package io.geolocsft.image;

import io.geolocsft.image.ImageException.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG file (W3C PNG specification) that matter here, their check sums verified.
 *
 * @param width columns
 * @param height rows
 * @param bits of a sample: 1, 2, 4, 8 or 16
 * @param colorType 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
 * @param palette {@code [entries, 3]}, empty if there is none
 * @param transparency the tRNS chunk, empty if there is none
 * @param exif the Exif block of the eXIf chunk, else of a text by ImageMagick, empty if there is
 *     none
 * @param xmp the packet of the text named XML:com.adobe.xmp, empty if there is none
 * @param essential the same file reduced to IHDR, PLTE, IDAT and IEND: nothing else in it can be
 *     compressed to a multiple of its size
 */
record PngFile(
    int width,
    int height,
    int bits,
    int colorType,
    byte[] palette,
    byte[] transparency,
    byte[] exif,
    byte[] xmp,
    byte[] essential) {

  static final int GRAY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;

  private static final int SIGNATURE = 8;
  private static final int HEADER = 13;
  private static final String XMP = "XML:com.adobe.xmp";
  private static final Set<String> ESSENTIAL = Set.of("IHDR", "PLTE", "IDAT", "IEND");

  /** Bits that a pixel takes before it is compressed. */
  int bitsPerPixel() throws ImageException {
    int samples =
        switch (colorType) {
          case GRAY, PALETTE -> 1;
          case 4 -> 2;
          case RGB -> 3;
          case 6 -> 4;
          default ->
              throw new ImageException(
                  Kind.CORRUPT, "The PNG header states colour type " + colorType);
        };
    return Math.max(1, samples * bits);
  }

  static PngFile parse(byte[] file) throws ImageException {
    return new Chunks(file).parse();
  }

  /** Walks over the chunks. */
  private static final class Chunks {
    private final ByteBuffer file;
    private final ByteArrayOutputStream essential = new ByteArrayOutputStream();
    private final Set<String> read = new HashSet<>();
    private byte[] header = {};
    private byte[] palette = {};
    private byte[] transparency = {};
    private byte[] exif = {};
    private byte[] profile = {};
    private byte[] xmp = {};

    Chunks(byte[] file) {
      this.file = ByteBuffer.wrap(file);
      essential.write(file, 0, Math.min(SIGNATURE, file.length));
      this.file.position(Math.min(SIGNATURE, file.length));
    }

    PngFile parse() throws ImageException {
      while (!chunk().equals("IEND")) {
        continue;
      }
      if (header.length != HEADER) {
        throw new ImageException(Kind.CORRUPT, "The PNG header chunk has a wrong length");
      }
      ByteBuffer fields = ByteBuffer.wrap(header);
      return new PngFile(
          fields.getInt(),
          fields.getInt(),
          fields.get(),
          fields.get(),
          palette,
          transparency,
          exif.length > 0 ? exif : profile,
          xmp,
          essential.toByteArray());
    }

    private String chunk() throws ImageException {
      int start = file.position();
      need(8);
      int length = file.getInt();
      String type = StandardCharsets.ISO_8859_1.decode(file.slice().limit(4)).toString();
      file.position(start + 8);
      if (length < 0) {
        throw new ImageException(Kind.CORRUPT, "A PNG chunk at byte " + start + " has no length");
      }
      need(4L + length);
      checkSum(start + 4, 4 + length, type);
      take(type, start, length);
      file.position(start + 12 + length);
      return type;
    }

    private void checkSum(int from, int length, String type) throws ImageException {
      CRC32 sum = new CRC32();
      sum.update(file.array(), from, length);
      if ((int) sum.getValue() != file.getInt(from + length)) {
        throw new ImageException(
            Kind.CORRUPT,
            String.format(Locale.ROOT, "The PNG chunk %s at byte %d is damaged", type, from - 4));
      }
    }

    private void take(String type, int start, int length) throws ImageException {
      if ((header.length == 0) != type.equals("IHDR")) {
        throw new ImageException(
            Kind.CORRUPT, "The PNG file does not begin with its one header chunk");
      }
      switch (type) {
        case "IHDR" -> header = data(start, length);
        case "PLTE" -> palette = data(start, length);
        case "tRNS" -> transparency = data(start, length);
        case "eXIf" -> exif = data(start, length);
        case "tEXt", "zTXt", "iTXt" -> text(type, start, length);
        default -> {}
      }
      if (ESSENTIAL.contains(type)) {
        essential.write(file.array(), start, 12 + length);
      }
    }

    /** The first text of a keyword counts, so that no file makes a million be inflated. */
    private void text(String type, int start, int length) {
      ByteBuffer chunk = file.duplicate().position(start + 8).limit(start + 8 + length).slice();
      String keyword = PngText.keyword(chunk);
      if (RawProfile.isExif(keyword) && read.add(keyword) && profile.length == 0) {
        profile = RawProfile.exif(PngText.text(type, chunk));
      } else if (keyword.equals(XMP) && read.add(keyword)) {
        xmp = PngText.text(type, chunk);
      }
    }

    private byte[] data(int start, int length) {
      return Arrays.copyOfRange(file.array(), start + 8, start + 8 + length);
    }

    private void need(long bytes) throws ImageException {
      if (file.remaining() < bytes) {
        throw new ImageException(
            Kind.TRUNCATED,
            String.format(
                Locale.ROOT, "The PNG file ends at byte %d, within a chunk", file.limit()));
      }
    }
  }
}
