package io.geolocsft.image;

import io.geolocsft.image.ImageException.Kind;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * The blocks of a GIF file (CompuServe GIF89a) up to its first frame.
 *
 * @param width columns of the screen
 * @param height rows of the screen
 * @param essential the same file reduced to its screen, its first frame and what says which colour
 *     of it is transparent: the JDK's reader takes time with the square of a comment's length
 */
record GifFile(int width, int height, byte[] essential) {

  private static final int SCREEN_END = 13;
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int FRAME = 0x2c;
  private static final int FRAME_HEADER = 10;
  private static final int TRAILER = 0x3b;

  static GifFile parse(byte[] file) throws ImageException {
    return new Blocks(file).parse();
  }

  /** Walks over the blocks. */
  private static final class Blocks {
    private final byte[] file;
    private final ByteArrayOutputStream essential = new ByteArrayOutputStream();
    private byte[] control = {};
    private int at;

    Blocks(byte[] file) {
      this.file = file;
    }

    GifFile parse() throws ImageException {
      need(SCREEN_END);
      at = SCREEN_END + colorTable(file[SCREEN_END - 3]);
      need(at);
      essential.write(file, 0, at);
      while (u8(at) == EXTENSION) {
        extension();
      }
      if (u8(at) != FRAME) {
        throw new ImageException(
            Kind.CORRUPT, "The GIF file has no frame where one is expected, at byte " + at);
      }
      frame();
      return new GifFile(u16(6), u16(8), essential.toByteArray());
    }

    private void extension() throws ImageException {
      int start = at;
      boolean isControl = u8(at + 1) == GRAPHIC_CONTROL;
      at += 2;
      skipSubBlocks();
      if (isControl) {
        control = Arrays.copyOfRange(file, start, at);
      }
    }

    private void frame() throws ImageException {
      int start = at;
      need(at + FRAME_HEADER);
      at += FRAME_HEADER + colorTable(file[at + FRAME_HEADER - 1]);
      at++; // The size of the first codes.
      skipSubBlocks();
      essential.writeBytes(control);
      essential.write(file, start, at - start);
      essential.write(TRAILER);
    }

    /** Bytes of the colour table that flags announce. */
    private static int colorTable(byte flags) {
      return (flags & 0x80) == 0 ? 0 : RgbImage.CHANNELS << ((flags & 7) + 1);
    }

    private void skipSubBlocks() throws ImageException {
      while (u8(at) != 0) {
        at += 1 + u8(at);
      }
      at++;
    }

    private int u16(int index) throws ImageException {
      return u8(index) | u8(index + 1) << 8;
    }

    private int u8(int index) throws ImageException {
      need(index + 1);
      return file[index] & 0xff;
    }

    private void need(int length) throws ImageException {
      if (length > file.length) {
        throw new ImageException(
            Kind.TRUNCATED,
            String.format(
                Locale.ROOT, "The GIF file ends at byte %d, within a block", file.length));
      }
    }
  }
}
