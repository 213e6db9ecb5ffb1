package io.geolocsft.image;

import java.util.Locale;

/**
 * An image of 8-bit red, green and blue samples.
 *
 * @param width columns, at least 1
 * @param height rows, at least 1
 * @param rgb {@code [height, width, 3]} samples, row by row; read as unsigned, not copied
 */
public record RgbImage(int width, int height, byte[] rgb) {

  /** Samples of a pixel. */
  public static final int CHANNELS = 3;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a side is not positive or the samples are not {@code 3 *
   *     width * height}
   */
  public RgbImage {
    if (width < 1 || height < 1 || rgb.length != (long) CHANNELS * width * height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "An image of %d x %d pixels does not have %d samples",
              width,
              height,
              rgb.length));
    }
  }

  /** An image whose samples are all zero. */
  public static RgbImage black(int width, int height) {
    return new RgbImage(width, height, new byte[Math.multiplyExact(CHANNELS * width, height)]);
  }

  /** The sample at a column, a row and a channel (0 red, 1 green, 2 blue), in [0, 255]. */
  public int sample(int x, int y, int channel) {
    return rgb[(y * width + x) * CHANNELS + channel] & 0xff;
  }

  /**
   * Brightness of every pixel by ITU-R 601-2, as Pillow's {@code convert("L")} has it.
   *
   * @return {@code [height, width]} values in [0, 255]
   */
  int[] luma() {
    int[] luma = new int[width * height];
    for (int i = 0, at = 0; i < luma.length; i++, at += CHANNELS) {
      luma[i] =
          ((rgb[at] & 0xff) * 19595
                  + (rgb[at + 1] & 0xff) * 38470
                  + (rgb[at + 2] & 0xff) * 7471
                  + 0x8000)
              >> 16;
    }
    return luma;
  }
}
