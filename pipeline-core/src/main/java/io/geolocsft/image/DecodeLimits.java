package io.geolocsft.image;

import java.io.Serializable;
import java.util.Locale;

/**
 * How large an image may be before it is decoded.
 *
 * @param maxPixels width times height, as the file's header states them
 * @param maxBytes size of the file
 */
public record DecodeLimits(long maxPixels, long maxBytes) implements Serializable {

  /** 100 megapixels and 64 MiB: more than any common camera makes. */
  public static final DecodeLimits DEFAULT = new DecodeLimits(100_000_000, 64L << 20);

  /** An array of samples cannot be longer than this many pixels. */
  private static final long ADDRESSABLE = (Integer.MAX_VALUE - 16) / 4;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a limit is not positive or cannot be addressed
   */
  public DecodeLimits {
    if (maxPixels < 1 || maxPixels > ADDRESSABLE || maxBytes < 1 || maxBytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Limits of %d pixels and %d bytes (allowed 1 to %d and 1 to %d)",
              maxPixels,
              maxBytes,
              ADDRESSABLE,
              Integer.MAX_VALUE));
    }
  }

  /** These limits with another number of pixels. */
  public DecodeLimits withMaxPixels(long pixels) {
    return new DecodeLimits(pixels, maxBytes);
  }

  void checkBytes(long bytes) throws ImageException {
    if (bytes == 0) {
      throw new ImageException(ImageException.Kind.EMPTY, "The file has no bytes");
    }
    if (bytes > maxBytes) {
      throw new ImageException(
          ImageException.Kind.TOO_LARGE,
          String.format(
              Locale.ROOT, "The file has %d bytes, more than the limit of %d", bytes, maxBytes));
    }
  }

  /**
   * Checks the size that a header states, before memory is taken for it.
   *
   * @param most pixels that the file's bytes can hold, however well they are compressed
   */
  void checkPixels(int width, int height, long most) throws ImageException {
    if (width < 1 || height < 1) {
      throw new ImageException(
          ImageException.Kind.CORRUPT,
          String.format(Locale.ROOT, "The header states %d x %d pixels", width, height));
    }
    if ((long) width * height > maxPixels) {
      throw new ImageException(
          ImageException.Kind.TOO_LARGE,
          String.format(
              Locale.ROOT,
              "The header states %d x %d pixels, more than the limit of %d",
              width,
              height,
              maxPixels));
    }
    if ((long) width * height > most) {
      throw new ImageException(
          ImageException.Kind.TRUNCATED,
          String.format(
              Locale.ROOT,
              "The header states %d x %d pixels, but the file's bytes can hold %d at most",
              width,
              height,
              most));
    }
  }
}
