package io.geolocsft.evaluate.reference;

import io.geolocsft.image.RgbImage;
import java.util.Locale;

/** An image shrunk to {@link #SIDE} x {@link #SIDE} pixels, each the mean of the area it covers. */
public final class Thumbnail {

  static final int SIDE = 16;
  static final int LENGTH = SIDE * SIDE * 3;

  private final byte[] rgb; // [side, side, 3]

  private Thumbnail(byte[] rgb) {
    this.rgb = rgb;
  }

  /** Shrinks an image of any size and shape; the shape is not kept. */
  public static Thumbnail of(RgbImage image) {
    byte[] rgb = new byte[LENGTH];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        mean(image, x, y, rgb, (y * SIDE + x) * 3);
      }
    }
    return new Thumbnail(rgb);
  }

  private static void mean(RgbImage image, int x, int y, byte[] into, int offset) {
    int left = start(x, image.width());
    int right = Math.max(left + 1, start(x + 1, image.width()));
    int top = start(y, image.height());
    int bottom = Math.max(top + 1, start(y + 1, image.height()));
    long area = (long) (right - left) * (bottom - top);
    for (int channel = 0; channel < 3; channel++) {
      long sum = 0;
      for (int row = top; row < bottom; row++) {
        for (int column = left; column < right; column++) {
          sum += image.rgb()[(row * image.width() + column) * 3 + channel] & 0xff;
        }
      }
      into[offset + channel] = (byte) ((sum + area / 2) / area);
    }
  }

  private static int start(int cell, int length) {
    return (int) ((long) cell * length / SIDE);
  }

  /** A thumbnail from {@link #toBytes}. */
  public static Thumbnail fromBytes(byte[] rgb) {
    if (rgb.length != LENGTH) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d bytes, not %d", rgb.length, LENGTH));
    }
    return new Thumbnail(rgb.clone());
  }

  /** The samples, {@code [16, 16, 3]}. */
  public byte[] toBytes() {
    return rgb.clone();
  }

  void copyTo(byte[] target, int offset) {
    System.arraycopy(rgb, 0, target, offset, LENGTH);
  }
}
